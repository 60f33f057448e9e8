import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { queryClient } from './queries/client.ts';
import { router } from './router.tsx';
import { BrainProvider } from './session/BrainProvider.tsx';
import { brain } from './session/brain.ts';
import { schemeStore } from './shell/scheme.ts';
import { resolveVariables, theme } from './theme.ts';

/** The page: theme, connection to the server, what was asked of it, and routes. */
export function App() {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={resolveVariables}
      defaultColorScheme="auto"
      colorSchemeManager={schemeStore}
    >
      <Notifications position="bottom-right" />
      <BrainProvider brain={brain}>
        <QueryClientProvider client={queryClient}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </BrainProvider>
    </MantineProvider>
  );
}
