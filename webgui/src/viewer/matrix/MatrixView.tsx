import { Alert, Group, SegmentedControl, Slider, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { viewer } from '../../strings/viewer.ts';
import { ColourBar } from '../ColourBar.tsx';
import type { ColourMapName } from '../model/colours.ts';
import { readable } from '../model/format.ts';
import type { ValueWindow } from '../model/render.ts';
import type { MapVolume } from '../model/volume.ts';
import { coilMatrix, coilStates, coupledPairs, noiseLevels } from './coils.ts';
import { cellAt, drawMatrix } from './drawMatrix.ts';
import classes from './MatrixView.module.css';

interface Props {
  /** Covariance, or coefficients. */
  readonly map: MapVolume;
  readonly coefficients: boolean;
  /** The covariance, which tells dead and hot coils, where the result has one. */
  readonly covariance: MapVolume | undefined;
  readonly colour: ColourMapName;
}

/** A noise matrix as a heat map with its coils; those that are dead or hot are marked. */
export function MatrixView({ map, coefficients, covariance, colour: chosen }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [part, setPart] = useState<'magnitude' | 'phase'>('magnitude');
  // Variances of coils differ by factors: their root shows the quiet ones too.
  const [gamma, setGamma] = useState(coefficients ? 1 : 0.5);
  const [cell, setCell] = useState<readonly [number, number]>([0, 0]);
  const matrix = useMemo(() => coilMatrix(map), [map]);
  const levels = useMemo(() => covariance && noiseLevels(coilMatrix(covariance)), [covariance]);
  const states = useMemo(() => (levels ? coilStates(levels) : []), [levels]);
  const name = coefficients ? viewer.matrix.coefficients : viewer.matrix.covariance;
  const window: ValueWindow =
    part === 'phase' ? [-Math.PI, Math.PI] : [0, coefficients ? 1 : Math.max(...matrix.magnitude) || 1];
  const { coils } = matrix;
  const colour = part === 'phase' ? 'hsv' : chosen;
  const bent = part === 'phase' ? 1 : gamma;

  useEffect(() => {
    const element = canvas.current!;
    const draw = (): void => drawMatrix(element, { matrix, part, window, colour, gamma: bent, states, cell });
    draw();
    const observer = new ResizeObserver(draw);
    observer.observe(element);
    return () => observer.disconnect();
  });

  const keys = (event: KeyboardEvent): void => {
    const [di, dj] =
      { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key] ?? [];
    if (di === undefined || dj === undefined) return;
    event.preventDefault();
    const held = (value: number): number => Math.min(coils - 1, Math.max(0, value));
    setCell(([i, j]) => [held(i + di), held(j + dj)]);
  };
  const at = cell[0] + coils * cell[1];
  return (
    <div className={classes.page}>
      <Stack gap="xs" className={classes.main}>
        <Group justify="space-between">
          <Text fw={600}>{name}</Text>
          <Slider
            size="sm"
            w={120}
            ml="auto"
            min={0.1}
            max={2}
            step={0.05}
            value={gamma}
            disabled={part === 'phase'}
            label={(value) => `${viewer.gamma} ${value.toFixed(2)}`}
            thumbLabel={viewer.gamma}
            onChange={setGamma}
          />
          <SegmentedControl
            size="xs"
            aria-label={viewer.component}
            value={part}
            onChange={(value) => setPart(value as typeof part)}
            data={[
              { value: 'magnitude', label: viewer.components.magnitude },
              { value: 'phase', label: viewer.components.phase },
            ]}
          />
        </Group>
        <div className={classes.picture}>
          <div
            className={classes.frame}
            role="application"
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a pair of coils is chosen by keys.
            tabIndex={0}
            aria-label={viewer.matrix.keys(name)}
            onKeyDown={keys}
          >
            <canvas
              ref={canvas}
              className={classes.canvas}
              aria-hidden
              data-testid="matrix"
              onPointerMove={({ currentTarget, nativeEvent: { offsetX, offsetY } }) => {
                const found = cellAt(currentTarget, coils, offsetX, offsetY);
                if (found) setCell(found);
              }}
            />
          </div>
          <ColourBar display={{ colour, gamma: bent }} window={window} unit={part === 'phase' ? 'rad' : ''} />
        </div>
        <Text size="sm" className="numeric" data-testid="matrix-cell" aria-live="polite">
          {viewer.matrix.cell(cell[0], cell[1])}: <b>{readable(matrix.magnitude[at]!, 5)}</b>{' '}
          {viewer.matrix.magnitude}, {readable(matrix.phase[at]!, 3)} rad {viewer.matrix.phase}
        </Text>
      </Stack>
      <Findings levels={levels} states={states} pairs={coefficients ? coupledPairs(matrix) : []} />
    </div>
  );
}

interface FindingsProps {
  readonly levels: Float64Array | undefined;
  readonly states: readonly string[];
  readonly pairs: readonly (readonly [number, number, number])[];
}

function Findings({ levels, states, pairs }: FindingsProps) {
  if (!levels) return null;
  const dead = states.flatMap((state, coil) => (state === 'dead' ? [coil] : []));
  const hot = states.flatMap((state, coil) => (state === 'hot' ? [coil] : []));
  const lines = [
    ...(dead.length > 0 ? [viewer.matrix.deadLong(dead.join(', '))] : []),
    ...hot.map((coil) => viewer.matrix.hotLong(coil, readable(levels[coil]!, 2))),
    ...pairs.map(([a, b, value]) => viewer.matrix.coupled(a, b, readable(value, 2))),
  ];
  const well = lines.length === 0;
  const highest = Math.max(...levels, 1);
  return (
    <Stack gap="sm" className={classes.side}>
      <Alert
        color={well ? 'teal' : 'yellow'}
        variant="light"
        p="xs"
        icon={well ? <IconCircleCheck aria-hidden /> : <IconAlertTriangle aria-hidden />}
      >
        {(well ? [viewer.matrix.allWell] : lines).map((line) => (
          <Text size="sm" key={line}>
            {line}
          </Text>
        ))}
      </Alert>
      <Text size="xs" c="dimmed">
        {viewer.matrix.noiseLevel}
      </Text>
      <ol className={classes.levels} start={0}>
        {Array.from(levels, (level, coil) => (
          <li key={coil} data-state={states[coil]}>
            <span className={classes.coil}>{coil}</span>
            <span className={classes.level} style={{ width: `${(62 * level) / highest}%` }} />
            <span className={classes.number}>
              {readable(level, 3)}
              {states[coil] !== 'well' &&
                ` ${states[coil] === 'dead' ? viewer.matrix.dead : viewer.matrix.hot}`}
            </span>
          </li>
        ))}
      </ol>
    </Stack>
  );
}
