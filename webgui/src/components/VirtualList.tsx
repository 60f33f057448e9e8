import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
import classes from './VirtualList.module.css';

interface Props<T> {
  readonly items: readonly T[];
  readonly rowHeight: number;
  readonly label: string;
  readonly keyOf: (item: T) => string;
  readonly render: (item: T, index: number) => ReactNode;
  /** Called when the end of the list comes near. */
  readonly onNearEnd?: () => void;
  /** Stands above the rows and does not move. */
  readonly head?: ReactNode;
}

const spare = 8;

/** A table of which only the rows in view exist, so that ten thousand cost as little as twenty. */
export function VirtualList<T>({ items, rowHeight, label, keyOf, render, onNearEnd, head }: Props<T>) {
  const frame = useRef<HTMLDivElement>(null);
  const [{ top, height }, setView] = useState({ top: 0, height: 800 });

  useLayoutEffect(() => {
    const element = frame.current!;
    const look = (): void => setView({ top: element.scrollTop, height: element.clientHeight });
    const observer = new ResizeObserver(look);
    observer.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    look();
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, []);

  const first = Math.max(0, Math.floor(top / rowHeight) - spare);
  const last = Math.min(items.length, Math.ceil((top + height) / rowHeight) + spare);
  const nearEnd = last >= items.length - spare;
  useEffect(() => {
    if (nearEnd) onNearEnd?.();
  }, [nearEnd, onNearEnd]);

  return (
    <div role="table" aria-label={label} aria-rowcount={items.length} className={classes.table}>
      {head && (
        <div role="rowgroup" className={classes.head}>
          {head}
        </div>
      )}
      <div role="rowgroup" ref={frame} className={classes.frame} tabIndex={0}>
        <div role="presentation" style={{ height: items.length * rowHeight, position: 'relative' }}>
          {items.slice(first, last).map((item, i) => (
            <div
              role="row"
              key={keyOf(item)}
              aria-rowindex={first + i + 1}
              className={classes.row}
              style={{ transform: `translateY(${(first + i) * rowHeight}px)`, height: rowHeight }}
            >
              {render(item, first + i)}
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}
