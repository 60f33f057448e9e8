import { Text } from '@mantine/core';
import { useMemo } from 'react';
import { roi } from '../../strings/roi.ts';
import { hex } from '../../viewer/model/colours.ts';
import type { DisplayStore } from '../../viewer/state/display.ts';
import { type Shown, windowOf } from '../../viewer/state/shown.ts';
import { useStore } from '../../viewer/state/store.ts';
import { binCentres, histogram, regionHistogram } from '../model/histogram.ts';
import { Plot, type Series } from '../Plot.tsx';
import type { MeasuredRegion } from '../useMeasured.ts';

interface Props {
  readonly shown: Shown;
  readonly display: DisplayStore;
  readonly regions: readonly MeasuredRegion[];
}

const bins = 100;
const gray = '#8b949e';

/** How often values occur, in the window: of the whole map (scaled to fit) and of each region. */
export function HistogramPlot({ shown, display, regions }: Props) {
  const window = useStore(display, (state) => windowOf(state, shown));
  const [low, high] = window;
  const values = useMemo(() => nonZero(shown.values), [shown]);
  const whole = useMemo(() => histogram(values, low, high, bins), [values, low, high]);
  const series = useMemo((): Series[] => {
    const filled = regions.filter(({ voxels, label }) => voxels.length > 0 && label !== undefined);
    const curves = filled.map(({ name, colour, voxels }) => ({
      label: name,
      colour: hex(colour),
      fill: `${hex(colour)}55`,
      values: regionHistogram(shown.values, voxels, low, high, bins).counts,
    }));
    // The map has far more voxels than a region: it is shown as high as the highest of them.
    const tallest = Math.max(0, ...curves.flatMap(({ values }) => [...values]));
    const peak = Math.max(1, ...whole.counts);
    const factor = tallest > 0 ? tallest / peak : 1;
    const map = Float64Array.from(whole.counts, (count) => count * factor);
    return [{ label: roi.wholeMap, colour: gray, fill: `${gray}33`, values: map }, ...curves];
  }, [regions, shown, whole, low, high]);
  const x = useMemo(() => binCentres(whole), [whole]);
  return (
    <div>
      <Text size="sm" fw={600}>
        {roi.histogram}
      </Text>
      <Plot
        label={`${roi.histogram}: ${series.map(({ label }) => label).join(', ')}`}
        x={x}
        series={series}
        bars
      />
    </div>
  );
}

/** Zero is "outside" in masked maps: it would hide everything else. */
const nonZero = (values: Float32Array): Float32Array => values.filter((value) => value !== 0);
