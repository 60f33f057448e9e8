import { ActionIcon, Badge, Button, Group, Menu, Text } from '@mantine/core';
import type { PresetView } from '@mroptimum/contract';
import { IconDots } from '@tabler/icons-react';
import { methods, reconstructions, setup } from '../../strings/setup.ts';
import { readJob } from '../model/readJob.ts';

interface Props {
  readonly preset: PresetView;
  readonly mayDelete: boolean;
  readonly onApply: () => void;
  readonly onUpdate: (changes: { isShared: boolean }) => void;
  readonly onReplace: () => void;
  readonly onDelete: () => void;
}

/** One preset: what it is, and what can be done with it. */
export function PresetRow({ preset, mayDelete, onApply, onUpdate, onReplace, onDelete }: Props) {
  const { name, isShared, isOwn } = preset;
  return (
    <Group justify="space-between" wrap="nowrap" gap="sm">
      <div style={{ minWidth: 0 }}>
        <Group gap="xs">
          <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
            {name}
          </Text>
          {isShared && <Badge>{isOwn ? setup.presetShared : setup.presetOthers}</Badge>}
        </Group>
        <Text size="sm" c="dimmed">
          {summaryOf(preset)}
        </Text>
      </div>
      <Group gap="xs" wrap="nowrap">
        <Button
          variant="default"
          size="xs"
          aria-label={setup.presetFor(setup.presetApply, name)}
          onClick={onApply}
        >
          {setup.presetApply}
        </Button>
        {(isOwn || mayDelete) && (
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon aria-label={name}>
                <IconDots size={18} aria-hidden />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              {isOwn && <Menu.Item onClick={onReplace}>{setup.presetReplace}</Menu.Item>}
              {isOwn && (
                <Menu.Item onClick={() => onUpdate({ isShared: !isShared })}>
                  {isShared ? setup.presetStop : setup.presetStart}
                </Menu.Item>
              )}
              {mayDelete && (
                <Menu.Item color="red" onClick={onDelete}>
                  {setup.presetDelete}
                </Menu.Item>
              )}
            </Menu.Dropdown>
          </Menu>
        )}
      </Group>
    </Group>
  );
}

/** "Analytic · SENSE · 1 × 2" */
function summaryOf({ settings }: PresetView): string {
  try {
    const { form } = readJob(settings, []);
    const factor = form.decimate ? [`${form.accelerations.join(' × ')}`] : [];
    return [methods[form.method].name, reconstructions[form.reconstruction].name, ...factor].join(' · ');
  } catch {
    // Kept by a newer version: using it says what is not understood.
    return '';
  }
}
