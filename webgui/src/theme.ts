import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

/** Petrol: calm beside grey maps, and apart from the colours of colour maps. */
const petrol: MantineColorsTuple = [
  '#eaf6f9',
  '#d5eaf0',
  '#a9d5e1',
  '#7abfd2',
  '#52acc4',
  '#389fbb',
  '#1d7d98',
  '#17708a',
  '#115e75',
  '#0a4c60',
];

/** Neutral with a breath of blue, so that maps look neither warm nor cold beside it. */
const dark: MantineColorsTuple = [
  '#c9d1d9',
  '#b1bac4',
  '#8b949e',
  '#6e7781',
  '#3d4653',
  '#2d3541',
  '#212832',
  '#171d26',
  '#11161d',
  '#0b0f15',
];

export const theme = createTheme({
  primaryColor: 'petrol',
  primaryShade: { light: 7, dark: 6 },
  colors: { petrol, dark },
  autoContrast: true,
  luminanceThreshold: 0.36,
  fontFamily:
    "'Inter Variable', Inter, system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', 'Cascadia Mono', 'Roboto Mono', Menlo, Consolas, monospace",
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.375rem', lineHeight: '1.3' },
      h2: { fontSize: '1.0625rem', lineHeight: '1.35' },
      h3: { fontSize: '0.9375rem', lineHeight: '1.4' },
    },
  },
  defaultRadius: 'sm',
  radius: { xs: '3px', sm: '5px', md: '8px', lg: '12px', xl: '20px' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'sm' } },
    Card: { defaultProps: { withBorder: true, radius: 'md', padding: 'md' } },
    Paper: { defaultProps: { radius: 'md' } },
    Tooltip: { defaultProps: { openDelay: 300, withArrow: true } },
    Table: { defaultProps: { verticalSpacing: 6, horizontalSpacing: 'sm' } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray' } },
    Modal: { defaultProps: { centered: true, radius: 'md' } },
    // As <header> they would count as banners of the page.
    ModalHeader: { defaultProps: { component: 'div' } },
    DrawerHeader: { defaultProps: { component: 'div' } },
    Badge: { defaultProps: { variant: 'light', radius: 'sm', tt: 'none', fw: 600 } },
  },
});

/** Text that is dimmed still has a contrast of 4.5 : 1 and more on the page and on cards, in both themes. */
export const resolveVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#f6f8fa',
    '--mantine-color-text': '#1b2530',
    '--mantine-color-dimmed': '#56616d',
    '--mantine-color-placeholder': '#66717d',
    '--mantine-color-anchor': '#115e75',
    '--mantine-color-error': '#b42318',
    '--mantine-color-yellow-light-color': '#7a4300',
    '--mantine-color-teal-light-color': '#066049',
    '--mantine-color-red-light-color': '#a11616',
    '--surface': '#ffffff',
    '--line': '#d9dfe5',
  },
  dark: {
    '--mantine-color-body': '#0e131a',
    '--mantine-color-text': '#dbe2ea',
    '--mantine-color-dimmed': '#98a3af',
    '--mantine-color-placeholder': '#8791a0',
    '--mantine-color-anchor': '#7abfd2',
    '--mantine-color-error': '#ff8a80',
    '--mantine-color-petrol-light': 'rgba(56, 159, 187, 0.18)',
    '--mantine-color-petrol-light-hover': 'rgba(56, 159, 187, 0.26)',
    '--mantine-color-petrol-light-color': '#a9d5e1',
    '--surface': '#171d26',
    '--line': '#2d3541',
  },
});
