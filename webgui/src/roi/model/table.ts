import { readable } from '../../viewer/model/format.ts';
import { percentileRanks, type RoiStatistics } from './statistics.ts';

/** One line of the table of regions. */
export interface StatisticsRow {
  readonly roi: string;
  readonly map: string;
  readonly statistics: RoiStatistics;
  /** SNR by the difference of two repetitions, where the data have them. */
  readonly differenceSnr?: number;
}

/** Columns of the table as they are exported, with the unit where it is not the map's own. */
export const columns = [
  'ROI',
  'Map',
  'Voxels',
  'Not finite',
  'Volume (mm³)',
  'Mean',
  'SD',
  'Median',
  ...percentileRanks.map((rank) => `P${rank}`),
  'Min',
  'Max',
  'SNR (difference)',
] as const;

/** Counts are words here: nobody rounds them. */
const cellsOf = ({ roi, map, statistics: s, differenceSnr }: StatisticsRow): (string | number)[] => [
  roi,
  map,
  String(s.count),
  String(s.notFinite),
  s.volume,
  s.mean,
  s.sd,
  s.median,
  ...s.percentiles,
  s.min,
  s.max,
  differenceSnr ?? '',
];

/** Numbers with every digit that they have; NaN is an empty cell. */
const exact = (value: string | number): string =>
  typeof value === 'number' ? (Number.isNaN(value) ? '' : String(value)) : value;

/**
 * Text that a spreadsheet would take for a formula gets an apostrophe in front: names of regions come from files of
 * others.
 */
const harmless = (value: string | number): string =>
  typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : exact(value);

/** The table as CSV (RFC 4180): a comma between cells, a point in numbers. */
export function toCsv(rows: readonly StatisticsRow[]): string {
  const quoted = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  const lines = [columns, ...rows.map(cellsOf)].map((cells) =>
    cells.map((c) => quoted(harmless(c))).join(','),
  );
  return `${lines.join('\r\n')}\r\n`;
}

/** The table with tabs between cells, as spreadsheets take it from the clipboard. */
export const toTabbed = (rows: readonly StatisticsRow[]): string =>
  [columns, ...rows.map(cellsOf)]
    .map((cells) => cells.map((cell) => harmless(cell).replace(/[\t\r\n]+/g, ' ')).join('\t'))
    .join('\n');

/** The table as HTML for word processors, whose clipboard keeps the cells. */
export const toHtml = (rows: readonly StatisticsRow[]): string => htmlOf(rows, exact);

/** The table as people read it: numbers with five significant digits. */
export const tableHtml = (rows: readonly StatisticsRow[]): string =>
  htmlOf(rows, (value) => (typeof value === 'number' ? readable(value, 5) : value));

function htmlOf(rows: readonly StatisticsRow[], text: (value: string | number) => string): string {
  const row = (tag: string, cells: readonly (string | number)[]): string =>
    `<tr>${cells.map((cell) => `<${tag}>${escapeHtml(text(cell))}</${tag}>`).join('')}</tr>`;
  const body = rows.map((line) => row('td', cellsOf(line))).join('');
  return `<table><thead>${row('th', columns)}</thead><tbody>${body}</tbody></table>`;
}

export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
