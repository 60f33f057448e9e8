import { Button, Card, Group, Menu, Text, Title } from '@mantine/core';
import { endpoints } from '@mroptimum/contract';
import { IconCloud, IconDeviceDesktop, IconPlus } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { ConfirmModal } from '../../components/ConfirmModal.tsx';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Loading } from '../../components/Loading.tsx';
import { keys } from '../../queries/keys.ts';
import { useBrain } from '../../session/BrainProvider.tsx';
import { useProfile } from '../../session/useProfile.ts';
import { units } from '../../strings/units.ts';
import { UnitRow } from './UnitRow.tsx';
import classes from './Units.module.css';
import { type UnitView, useUnits } from './useUnits.ts';

const AwsGuide = lazy(async () => ({ default: (await import('./AwsGuide.tsx')).AwsGuide }));
const HealthModal = lazy(async () => ({ default: (await import('./HealthModal.tsx')).HealthModal }));
const WorkstationGuide = lazy(async () => ({
  default: (await import('./WorkstationGuide.tsx')).WorkstationGuide,
}));

type Dialogue =
  | { readonly kind: 'aws' | 'workstation' }
  | { readonly kind: 'health' | 'remove'; readonly unit: UnitView };

/** Where jobs are calculated, how these units are, and how one adds another. */
export function UnitsCard() {
  const list = useUnits();
  const isAdmin = useProfile().data?.isAdmin ?? false;
  const [dialogue, setDialogue] = useState<Dialogue>();
  const close = (): void => setDialogue(undefined);

  return (
    <Card>
      <Group justify="space-between" mb="xs">
        <Title order={2}>{units.title}</Title>
        <Menu position="bottom-end" width={230}>
          <Menu.Target>
            <Button size="compact-sm" variant="light" leftSection={<IconPlus size={14} aria-hidden />}>
              {units.add}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item
              leftSection={<IconDeviceDesktop size={16} aria-hidden />}
              onClick={() => setDialogue({ kind: 'workstation' })}
            >
              {units.addWorkstation}
            </Menu.Item>
            <Menu.Item
              leftSection={<IconCloud size={16} aria-hidden />}
              onClick={() => setDialogue({ kind: 'aws' })}
            >
              {units.addAws}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </Group>
      <ErrorNotice error={list.error} />
      {list.isPending && <Loading />}
      {list.data?.length === 0 && (
        <Text size="sm" c="dimmed">
          {units.none}
        </Text>
      )}
      <ul className={classes.list}>
        {list.data?.map((unit) => (
          <UnitRow
            key={unit.computingUnitId}
            unit={unit}
            mayRemove={isAdmin || !unit.isShared}
            onCheck={() => setDialogue({ kind: 'health', unit })}
            onRemove={() => setDialogue({ kind: 'remove', unit })}
          />
        ))}
      </ul>
      <Suspense>
        {dialogue?.kind === 'health' && <HealthModal unit={dialogue.unit} onClose={close} />}
        {dialogue?.kind === 'remove' && <RemoveUnit unit={dialogue.unit} onClose={close} />}
        {dialogue?.kind === 'workstation' && <WorkstationGuide onClose={close} />}
        {dialogue?.kind === 'aws' && <AwsGuide onClose={close} />}
      </Suspense>
    </Card>
  );
}

function RemoveUnit({ unit, onClose }: { unit: UnitView; onClose: () => void }) {
  const brain = useBrain();
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () => brain.call(endpoints.deleteUnit, { body: { computingUnitId: unit.computingUnitId } }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: keys.units });
      onClose();
    },
  });
  return (
    <ConfirmModal
      opened
      title={units.removeTitle}
      text={`${unit.alias}: ${units.removeText}`}
      action={units.remove}
      pending={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    />
  );
}
