import { Text, Title } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { clockTime } from '../components/format.ts';
import { jobs as words } from '../strings/jobs.ts';
import classes from './Jobs.module.css';
import type { LogLine } from './useJobEvents.ts';

/** The log of a job; stays at its end while one does not scroll up. */
export function JobLog({ lines }: { lines: readonly LogLine[] }) {
  const list = useRef<HTMLOListElement>(null);
  const atEnd = useRef(true);
  useEffect(() => {
    const element = list.current;
    if (element && atEnd.current) element.scrollTop = element.scrollHeight;
  }, [lines]);
  return (
    <section>
      <Title order={3} mb={6}>
        {words.log}
      </Title>
      {lines.length === 0 ? (
        <Text size="sm" c="dimmed">
          {words.noLog}
        </Text>
      ) : (
        <ol
          ref={list}
          className={classes.log}
          tabIndex={0}
          onScroll={({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) => {
            atEnd.current = scrollTop + clientHeight >= scrollHeight - 20;
          }}
        >
          {lines.map(({ key, when, what, type }) => (
            <li key={key} data-type={type}>
              <time>{clockTime(when)}</time>
              {what}
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
