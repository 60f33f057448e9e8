import { useEffect, useRef } from 'react';
import type { DisplayStore } from './state/display.ts';
import { placeOf } from './state/place.ts';
import type { Place } from './state/placeSchema.ts';
import type { Shown } from './state/shown.ts';

/** Browsers refuse an address that changes with every slice of a wheel. */
const pause = 400;

/** Tells what is looked at, a moment after it has changed; nothing as long as all is as it was opened. */
export function useTellPlace(
  display: DisplayStore,
  shown: Shown | undefined,
  matrix: boolean,
  tell: ((place: Place) => void) | undefined,
): void {
  const opened = useRef(false);
  useEffect(() => {
    if (!shown || !tell) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const later = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => tell(matrix ? { map: shown.id } : placeOf(display.get(), shown)), pause);
    };
    if (opened.current) later();
    opened.current = true;
    const stop = display.subscribe(later);
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [display, shown, matrix, tell]);
}
