import { Button, Group, NumberInput, SegmentedControl, Text } from '@mantine/core';
import { useState } from 'react';
import { roi } from '../../strings/roi.ts';
import { planeOf } from '../../viewer/model/plane.ts';
import { activeOrientation, type DisplayStore } from '../../viewer/state/display.ts';
import type { Shown } from '../../viewer/state/shown.ts';
import type { RoiEditor } from '../editor.ts';
import { threshold } from '../model/regions.ts';

interface Props {
  readonly editor: RoiEditor;
  readonly shown: Shown;
  readonly display: DisplayStore;
}

/** A region of all voxels whose value lies between two limits, on this slice or on all. */
export function ThresholdBox({ editor, shown, display }: Props) {
  const [low, setLow] = useState<number | string>('');
  const [high, setHigh] = useState<number | string>('');
  const [where, setWhere] = useState<'slice' | 'all'>('slice');
  const range = {
    low: low === '' ? Number.NEGATIVE_INFINITY : Number(low),
    high: high === '' ? Number.POSITIVE_INFINITY : Number(high),
  };
  const apply = (): void => {
    const { cursor, neurological } = display.get();
    const plane = planeOf(shown.map, activeOrientation(display.get()), neurological);
    const only = where === 'slice' ? { plane, slice: cursor[plane.through] } : undefined;
    editor.paint(threshold(shown.map, shown.values, range, only));
  };
  return (
    <div>
      <Text size="sm" fw={600} mb={4}>
        {roi.threshold}
      </Text>
      <Group grow gap="xs">
        <NumberInput size="xs" label={roi.from} value={low} onChange={setLow} />
        <NumberInput size="xs" label={roi.to} value={high} onChange={setHigh} />
      </Group>
      <Group gap="xs" mt={6} justify="space-between">
        <SegmentedControl
          size="xs"
          aria-label={roi.threshold}
          value={where}
          onChange={(value) => setWhere(value as typeof where)}
          data={[
            { value: 'slice', label: roi.thisSlice },
            { value: 'all', label: roi.allSlices },
          ]}
        />
        <Button size="xs" variant="default" disabled={low === '' && high === ''} onClick={apply}>
          {roi.applyThreshold}
        </Button>
      </Group>
    </div>
  );
}
