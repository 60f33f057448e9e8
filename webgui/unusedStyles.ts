import { type Selector, type SelectorComponent, transform } from 'lightningcss';
import type { Plugin } from 'vite';

/** Mantine names its classes by hashes; a component that no script holds leaves none of its names there. */
const mantineClass = /\bm_[0-9a-f]{6,8}\b/g;

/** Leaves the styles of Mantine's components out that no page uses. */
export function unusedStyles(): Plugin {
  return {
    name: 'unused-styles',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const outputs = Object.values(bundle);
      const used = new Set(
        outputs.flatMap((output) => (output.type === 'chunk' ? (output.code.match(mantineClass) ?? []) : [])),
      );
      for (const output of outputs) {
        if (output.type !== 'asset' || !output.fileName.endsWith('.css')) continue;
        output.source = withoutUnused(output.fileName, String(output.source), used);
      }
    },
  };
}

function withoutUnused(filename: string, css: string, used: ReadonlySet<string>): string {
  const isUsed = (selector: Selector): boolean =>
    classesOf(selector).every((name) => name.match(mantineClass) === null || used.has(name));
  const { code } = transform({
    filename,
    code: new TextEncoder().encode(css),
    minify: true,
    visitor: {
      Rule: {
        style(rule) {
          const selectors = rule.value.selectors.filter(isUsed);
          if (selectors.length === rule.value.selectors.length) return;
          return selectors.length === 0 ? [] : { ...rule, value: { ...rule.value, selectors } };
        },
      },
    },
  });
  return new TextDecoder().decode(code);
}

/** Classes that an element must have to be meant. */
const classesOf = (selector: Selector): string[] => selector.flatMap(classesOfComponent);

function classesOfComponent(component: SelectorComponent): string[] {
  if (component.type === 'class') return [component.name];
  // Of several alternatives none is needed.
  const isWhere = component.type === 'pseudo-class' && component.kind === 'where';
  return isWhere && component.selectors.length === 1 ? classesOf(component.selectors[0]!) : [];
}
