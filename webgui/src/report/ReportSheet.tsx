import { useEffect, useRef } from 'react';
import { type ReportContent, reportBody, reportCss } from './model/html.ts';
import classes from './Report.module.css';

/** The report as its file shows it: in a tree of its own, which the styles of the page do not reach. */
export function ReportSheet({ content }: { content: ReportContent }) {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const root = host.current!.shadowRoot ?? host.current!.attachShadow({ mode: 'open' });
    root.innerHTML = `<style>${reportCss}</style>${reportBody(content)}`;
  }, [content]);
  return <div ref={host} className={classes.sheet} data-testid="report" />;
}
