import 'uplot/dist/uPlot.min.css';
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import { minuteOf } from '../components/format.ts';

/** One curve. */
export interface Series {
  readonly label: string;
  readonly colour: string;
  readonly values: ArrayLike<number>;
  /** Colour of the area below; none unless given. */
  readonly fill?: string;
  /** Dots, instead of a line through them. */
  readonly points?: boolean;
  /** A line also where there are dots. */
  readonly joined?: boolean;
}

interface Props {
  readonly label: string;
  readonly x: ArrayLike<number>;
  readonly series: readonly Series[];
  readonly height?: number;
  readonly xLabel?: string;
  /** Bars around x instead of lines. */
  readonly bars?: boolean;
  /** Lines over the whole width, at values of y. */
  readonly levels?: readonly { readonly value: number; readonly label: string }[];
  readonly time?: boolean;
}

/** Dates and hours as ISO writes them, whatever the language of the browser. */
const timeLabels: uPlot.Axis.Values = (_, splits, __, ___, step) =>
  splits.map((seconds) => {
    const text = minuteOf(seconds * 1000);
    return step >= 86_400 ? text.slice(0, 10) : text.slice(5);
  });

/** Curves over one axis, by uPlot: drawn on a canvas, described by its label for those who cannot see it. */
export function Plot({
  label,
  x,
  series,
  height = 170,
  xLabel,
  bars = false,
  levels = [],
  time = false,
}: Props) {
  const host = useRef<HTMLDivElement>(null);
  const dark = useComputedColorScheme('light') === 'dark';

  useEffect(() => {
    const element = host.current!;
    const text = dark ? '#b1bac4' : '#45505c';
    const grid = dark ? '#2d3541' : '#e3e8ed';
    const axis = {
      stroke: text,
      grid: { stroke: grid, width: 1 },
      ticks: { stroke: grid, width: 1 },
      font: '11px system-ui, sans-serif',
      labelFont: '11px system-ui, sans-serif',
    };
    const barred = bars ? uPlot.paths.bars?.({ size: [1] }) : undefined;
    const plot = new uPlot(
      {
        width: element.clientWidth || 300,
        height,
        legend: { show: false },
        // The last date is as wide as its neighbours.
        ...(time && { padding: [null, 44, null, null] as uPlot.Padding }),
        cursor: { drag: { x: false, y: false } },
        scales: { x: { time }, y: { range: (_, low, high) => rangeWith(levels, low, high) } },
        axes: [
          {
            ...axis,
            ...(time && { values: timeLabels, space: 90 }),
            size: xLabel ? 30 : 26,
            ...(xLabel && { label: xLabel, labelSize: 16 }),
          },
          { ...axis, size: (_, labels) => axisWidth(labels) },
        ],
        series: [
          {},
          ...series.map(({ label: name, colour, fill, points = false, joined = !points }) => ({
            label: name,
            stroke: colour,
            width: joined ? 1.5 : 0,
            points: { show: points, size: joined ? 8 : 4, fill: colour, stroke: colour },
            ...(fill && { fill }),
            ...(barred && { paths: barred }),
          })),
        ],
        hooks: { draw: [(drawn) => drawLevels(drawn, levels, text, dark ? '#161b22' : '#ffffff')] },
      },
      [Float64Array.from(x), ...series.map(({ values }) => Array.from(values, finiteOrGap))],
      element,
    );
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [x, series, height, xLabel, bars, levels, time, dark]);

  return <div ref={host} role="img" aria-label={label} style={{ width: '100%', minHeight: height }} />;
}

/** Lowest and highest value, and room for the levels. */
function rangeWith(
  levels: NonNullable<Props['levels']>,
  low: number | null,
  high: number | null,
): uPlot.Range.MinMax {
  const values = [...levels.map(({ value }) => value), low ?? 0, high ?? 1].filter(Number.isFinite);
  return uPlot.rangeNum(Math.min(...values), Math.max(...values), 0.06, true) as uPlot.Range.MinMax;
}

const finiteOrGap = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** Room for the longest number beside an axis. */
const axisWidth = (labels: readonly string[] | null): number =>
  Math.max(46, 18 + 7 * Math.max(0, ...(labels ?? []).map((label) => label.length)));

function drawLevels(
  plot: uPlot,
  levels: NonNullable<Props['levels']>,
  colour: string,
  surface: string,
): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.fillStyle = colour;
  ctx.setLineDash([6, 4]);
  ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
  for (const { value, label } of levels) {
    const y = plot.valToPos(value, 'y', true);
    if (y < bbox.top || y > bbox.top + bbox.height) continue;
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    writeOver(ctx, label, bbox.left + bbox.width - 4, y - 4 * devicePixelRatio, surface);
  }
  ctx.restore();
}

/** Text that can be read over dots and lines. */
function writeOver(ctx: CanvasRenderingContext2D, text: string, x: number, y: number, surface: string): void {
  ctx.save();
  ctx.textAlign = 'right';
  ctx.setLineDash([]);
  ctx.lineWidth = 4 * devicePixelRatio;
  ctx.lineJoin = 'round';
  ctx.strokeStyle = surface;
  ctx.strokeText(text, x, y);
  ctx.fillText(text, x, y);
  ctx.restore();
}
