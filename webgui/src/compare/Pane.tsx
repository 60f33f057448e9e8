import { ActionIcon, Group, Text } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { RoiEditor } from '../roi/editor.ts';
import { compare } from '../strings/compare.ts';
import { readable } from '../viewer/model/format.ts';
import { componentOf, valueAt } from '../viewer/model/volume.ts';
import { Stage } from '../viewer/Stage.tsx';
import type { DisplayStore } from '../viewer/state/display.ts';
import type { Shown } from '../viewer/state/shown.ts';
import { useStore } from '../viewer/state/store.ts';
import classes from './Compare.module.css';

interface Props {
  readonly letter: string;
  readonly name: string;
  readonly shown: Shown;
  readonly display: DisplayStore;
  readonly editor: RoiEditor;
  readonly controls?: ReactNode;
  readonly onRemove?: () => void;
}

/** One map among others: its name, its picture, and its value under the common crosshair. */
export function Pane({ letter, name, shown, display, editor, controls, onRemove }: Props) {
  const cursor = useStore(display, (state) => state.cursor);
  const value = valueAt(shown.map, cursor);
  return (
    <section className={classes.pane} aria-label={`${letter} ${name}`}>
      <Group gap="xs" wrap="nowrap" className={classes.paneHead}>
        <Text fw={700}>{letter}</Text>
        <Text size="sm" truncate title={name} flex={1}>
          {name}
        </Text>
        {controls}
        {onRemove && (
          <ActionIcon size="sm" aria-label={compare.remove(name)} onClick={onRemove}>
            <IconX size={15} aria-hidden />
          </ActionIcon>
        )}
      </Group>
      <Stage shown={shown} underlay={undefined} display={display} editor={editor} snrUnits={undefined} />
      <Text size="sm" className={classes.value} data-testid={`value-${letter}`} data-value={value?.real}>
        {value ? readable(componentOf(value, shown.component), 6) : '–'}
      </Text>
    </section>
  );
}
