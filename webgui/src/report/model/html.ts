import { escapeHtml, type StatisticsRow, tableHtml } from '../../roi/model/table.ts';
import { report } from '../../strings/report.ts';

/** A picture in a report, and the words below it. */
export interface ReportPicture {
  readonly title: string;
  readonly caption: string;
  /** PNG as a data: address, so that the file needs nothing else. */
  readonly source: string;
}

/** Everything that a report says. */
export interface ReportContent {
  readonly name: string;
  readonly made: string;
  readonly notes: string;
  readonly warning: string | undefined;
  readonly summary: readonly (readonly [string, string])[];
  readonly pictures: readonly ReportPicture[];
  readonly matrices: readonly ReportPicture[];
  readonly regions: readonly StatisticsRow[];
  readonly settings: readonly (readonly [string, string])[];
  readonly log: readonly { readonly when: string; readonly what: string }[];
}

/** Looks alike on paper and on screens; colours of maps are printed as they are. */
export const reportCss = `
.report { max-width: 960px; margin: 0 auto; padding: 24px; background: #fff; color: #1b2530;
  font: 14px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; }
.report h1 { font-size: 22px; margin: 0 0 4px; }
.report h2 { font-size: 16px; margin: 26px 0 8px; padding-bottom: 4px; border-bottom: 2px solid #17708a; }
.report .made { color: #56616d; margin: 0; }
.report .warning { border-left: 4px solid #b45309; background: #fef3e2; padding: 8px 12px; }
.report .notes { white-space: pre-wrap; }
.report .scroll { overflow-x: auto; }
.report table { border-collapse: collapse; font-size: 12px; font-variant-numeric: tabular-nums; }
.report th, .report td { text-align: left; padding: 3px 10px 3px 0; border-bottom: 1px solid #e3e8ed;
  vertical-align: top; overflow-wrap: anywhere; }
.report th { font-weight: 500; color: #56616d; overflow-wrap: break-word; min-width: 10em; }
.report .pictures { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 420px), 1fr)); gap: 16px; }
.report figure { margin: 0; break-inside: avoid; }
.report img { width: 100%; display: block; border-radius: 4px; print-color-adjust: exact; }
.report figcaption { font-size: 12px; color: #56616d; }
.report figcaption b { color: #1b2530; }
.report footer { margin-top: 28px; font-size: 11px; color: #56616d; }
@media print { .report { padding: 0; max-width: none; } }
`;

/** The report as HTML without a frame around it. Every text is escaped: names come from files of others. */
export function reportBody(content: ReportContent): string {
  const section = (title: string, inner: string): string =>
    inner === '' ? '' : `<section><h2>${title}</h2>${inner}</section>`;
  return `<article class="report">
<header><h1>${escapeHtml(report.heading(content.name))}</h1>
<p class="made">${escapeHtml(report.made(content.made))}</p></header>
${content.warning === undefined ? '' : `<p class="warning">${escapeHtml(content.warning)}</p>`}
${content.notes.trim() === '' ? '' : section(report.notes, `<p class="notes">${escapeHtml(content.notes)}</p>`)}
${section(report.summary, pairs(content.summary))}
${section(report.pictures, figures(content.pictures))}
${section(report.matrices, figures(content.matrices))}
${section(report.regions, regions(content.regions))}
${section(report.settings, pairs(content.settings))}
${section(report.log, pairs(content.log.map(({ when, what }) => [when, what] as const)))}
<footer>${escapeHtml(report.footer)}</footer>
</article>`;
}

/** A file that shows the report in any browser, without a network. */
export const reportDocument = (content: ReportContent): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>${escapeHtml(report.heading(content.name))}</title>
<style>body { margin: 0; background: #fff; }${reportCss}</style></head>
<body>${reportBody(content)}</body></html>
`;

function pairs(rows: readonly (readonly [string, string])[]): string {
  if (rows.length === 0) return '';
  const lines = rows.map(
    ([name, value]) => `<tr><th scope="row">${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>`,
  );
  return `<table><tbody>${lines.join('')}</tbody></table>`;
}

const figures = (pictures: readonly ReportPicture[]): string =>
  pictures.length === 0 ? '' : `<div class="pictures">${pictures.map(figure).join('')}</div>`;

const figure = ({ title, caption, source }: ReportPicture): string =>
  `<figure><img src="${escapeHtml(source)}" alt="${escapeHtml(`${title}. ${caption}`)}">` +
  `<figcaption><b>${escapeHtml(title)}</b> ${escapeHtml(caption)}</figcaption></figure>`;

const regions = (rows: readonly StatisticsRow[]): string =>
  rows.length === 0
    ? `<p>${report.noRegions}</p>`
    : `<div class="scroll" tabindex="0" role="region" aria-label="${report.regions}">${tableHtml(rows)}</div>`;
