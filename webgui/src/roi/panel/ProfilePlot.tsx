import { Text } from '@mantine/core';
import { useMemo } from 'react';
import { roi } from '../../strings/roi.ts';
import { planeOf } from '../../viewer/model/plane.ts';
import type { DisplayStore } from '../../viewer/state/display.ts';
import type { Shown } from '../../viewer/state/shown.ts';
import { useStore } from '../../viewer/state/store.ts';
import type { RoiEditor } from '../editor.ts';
import { lineProfile } from '../model/profile.ts';
import { Plot } from '../Plot.tsx';

interface Props {
  readonly editor: RoiEditor;
  readonly shown: Shown;
  readonly display: DisplayStore;
}

/** Values of the map along the line that was drawn last. */
export function ProfilePlot({ editor, shown, display }: Props) {
  const profile = useStore(editor.store, (state) => state.profile);
  const neurological = useStore(display, (state) => state.neurological);
  const plotted = useMemo(() => {
    if (!profile) return undefined;
    const plane = planeOf(shown.map, profile.orientation, neurological);
    const { distance, value } = lineProfile(
      shown.map,
      shown.values,
      plane,
      profile.slice,
      profile.a,
      profile.b,
    );
    return { x: distance, series: [{ label: shown.name, colour: '#389fbb', values: value }] };
  }, [profile, shown, neurological]);
  if (!plotted) return null;
  return (
    <div data-testid="profile">
      <Text size="sm" fw={600}>
        {roi.profile}
      </Text>
      <Plot label={roi.profile} x={plotted.x} series={plotted.series} xLabel={roi.distance} />
    </div>
  );
}
