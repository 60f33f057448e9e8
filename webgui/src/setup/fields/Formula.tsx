import { createElement } from 'react';
import type { Formula as FormulaText } from '../formulas.ts';

/** A formula in MathML, which browsers draw and screen readers read by themselves. */
export function Formula({ formula }: { formula: FormulaText }) {
  // Constants of this page, see formulas.ts; elements of MathML have no types in React.
  const dangerouslySetInnerHTML = { __html: formula.markup };
  return createElement('math', {
    dangerouslySetInnerHTML,
    displaystyle: 'true',
    'aria-label': formula.spoken,
  });
}
