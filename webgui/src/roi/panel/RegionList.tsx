import { ActionIcon, Button, Checkbox, ColorSwatch, Group, Text, TextInput, Tooltip } from '@mantine/core';
import { IconCopyPlus, IconEye, IconEyeOff, IconLinkOff, IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { roi } from '../../strings/roi.ts';
import { hex } from '../../viewer/model/colours.ts';
import { readable } from '../../viewer/model/format.ts';
import { planeOf } from '../../viewer/model/plane.ts';
import { activeOrientation, type DisplayStore } from '../../viewer/state/display.ts';
import type { Shown } from '../../viewer/state/shown.ts';
import { useStore } from '../../viewer/state/store.ts';
import type { RoiEditor } from '../editor.ts';
import { onAllSlices } from '../model/regions.ts';
import type { MeasuredRegion } from '../useMeasured.ts';
import classes from './RegionList.module.css';

interface Props {
  readonly editor: RoiEditor;
  readonly shown: Shown;
  readonly display: DisplayStore;
  readonly regions: readonly MeasuredRegion[];
}

const icon = { size: 16, stroke: 1.7, 'aria-hidden': true } as const;

/** Labels with name, colour and visibility; one of them is drawn. Several can be measured as one group. */
export function RegionList({ editor, shown, display, regions }: Props) {
  const drawing = useStore(editor.store, (state) => state.drawing);
  const active = useStore(editor.store, (state) => state.active);
  const [chosen, setChosen] = useState<readonly number[]>([]);

  const copyToAllSlices = (): void => {
    const { cursor, neurological } = display.get();
    const plane = planeOf(shown.map, activeOrientation(display.get()), neurological);
    editor.paint(onAllSlices(shown.map, editor.labels, plane, cursor[plane.through], active));
  };
  const meanOf = (label: number): string => {
    const region = regions.find((item) => item.label === label);
    return region && region.voxels.length > 0 ? readable(region.statistics.mean) : '';
  };
  return (
    <div>
      <Group justify="space-between" mb={6}>
        <Text fw={600}>{roi.regions}</Text>
        <Button
          size="compact-xs"
          variant="light"
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => editor.add()}
        >
          {roi.add}
        </Button>
      </Group>
      <ul className={classes.list}>
        {drawing.list.map(({ value, name, colour, visible }) => (
          <li key={value} className={classes.row} data-active={value === active}>
            <Checkbox
              size="xs"
              aria-label={roi.select(name)}
              checked={chosen.includes(value)}
              onChange={(event) =>
                setChosen(
                  event.currentTarget.checked
                    ? [...chosen, value]
                    : chosen.filter((other) => other !== value),
                )
              }
            />
            <ColorSwatch
              component="button"
              size={20}
              color={hex(colour)}
              aria-label={roi.choose(name)}
              aria-pressed={value === active}
              className={classes.swatch}
              onClick={() => editor.store.set({ active: value })}
            />
            <TextInput
              size="xs"
              variant="unstyled"
              aria-label={roi.name}
              value={name}
              maxLength={100}
              className={classes.name}
              onFocus={() => editor.store.set({ active: value })}
              onChange={(event) => editor.change(value, { name: event.currentTarget.value })}
            />
            <span className={classes.mean}>{meanOf(value)}</span>
            <Action
              label={visible ? roi.hide(name) : roi.show(name)}
              onClick={() => editor.change(value, { visible: !visible })}
            >
              {visible ? <IconEye {...icon} /> : <IconEyeOff {...icon} />}
            </Action>
            <Action label={roi.remove(name)} onClick={() => editor.remove(value)}>
              <IconTrash {...icon} />
            </Action>
          </li>
        ))}
        {drawing.groups.map(({ id, name }) => (
          <li key={`group ${id}`} className={classes.row}>
            <Text size="sm" className={classes.name} pl={52} truncate>
              {name}
            </Text>
            <Action label={roi.ungroup(name)} onClick={() => editor.ungroup(id)}>
              <IconLinkOff {...icon} />
            </Action>
          </li>
        ))}
      </ul>
      <Group gap="xs" mt={6}>
        <Button
          size="compact-xs"
          variant="default"
          leftSection={<IconCopyPlus size={14} aria-hidden />}
          onClick={copyToAllSlices}
        >
          {roi.copySlices}
        </Button>
        <Button
          size="compact-xs"
          variant="default"
          disabled={chosen.length < 2}
          onClick={() => {
            editor.group(chosen);
            setChosen([]);
          }}
        >
          {roi.group}
        </Button>
        <Button size="compact-xs" variant="default" onClick={() => editor.clear()}>
          {roi.removeVoxels}
        </Button>
      </Group>
    </div>
  );
}

function Action({
  label,
  onClick,
  children,
}: {
  label: string;
  onClick: () => void;
  children: React.ReactNode;
}) {
  return (
    <Tooltip label={label}>
      <ActionIcon size="sm" aria-label={label} onClick={onClick}>
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
