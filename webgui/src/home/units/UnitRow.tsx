import { ActionIcon, Badge, Group, Menu, Text } from '@mantine/core';
import { IconDots, IconHeartbeat, IconTrash } from '@tabler/icons-react';
import { ago, bytes } from '../../components/format.ts';
import { units } from '../../strings/units.ts';
import classes from './Units.module.css';
import type { UnitView } from './useUnits.ts';

interface Props {
  readonly unit: UnitView;
  readonly mayRemove: boolean;
  readonly onCheck: () => void;
  readonly onRemove: () => void;
}

/** A worker asks for jobs at least every half minute; twice that is a silence worth showing. */
const fresh = 60_000;

/** One computing unit: where, how large, and when it was last heard of. */
export function UnitRow({ unit, mayRemove, onCheck, onRemove }: Props) {
  const { alias, mode, capacity, lastSeenAt, isDefault, isShared, region } = unit;
  const isLocal = mode === 'local';
  const alive = !isLocal || (lastSeenAt !== undefined && Date.now() - Date.parse(lastSeenAt) < fresh);
  const facts = [
    units.modes[mode] ?? mode,
    region,
    capacity && units.capacity(capacity.threads, bytes(capacity.memoryBytes)),
    isLocal && (lastSeenAt ? units.seen(ago(lastSeenAt)) : units.never),
  ].filter(Boolean);
  return (
    <li className={classes.unit}>
      <span className={classes.lamp} data-alive={alive || undefined} aria-hidden />
      <div className={classes.words}>
        <Group gap={6}>
          <Text size="sm" fw={500}>
            {alias}
          </Text>
          {isDefault && <Badge size="xs">{units.default}</Badge>}
          {isShared && (
            <Badge size="xs" color="gray">
              {units.shared}
            </Badge>
          )}
        </Group>
        <Text size="xs" c="dimmed">
          {facts.join(' · ')}
        </Text>
      </div>
      <Menu position="bottom-end" width={190}>
        <Menu.Target>
          <ActionIcon aria-label={units.actions(alias)}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconHeartbeat size={16} aria-hidden />} onClick={onCheck}>
            {units.check}
          </Menu.Item>
          {mayRemove && (
            <Menu.Item color="red" leftSection={<IconTrash size={16} aria-hidden />} onClick={onRemove}>
              {units.remove}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
    </li>
  );
}
