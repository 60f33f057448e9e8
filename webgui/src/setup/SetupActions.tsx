import { Button, Group, List } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { endpoints } from '@mroptimum/contract';
import { IconBookmark, IconDownload, IconFileImport, IconRestore } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { keys } from '../queries/keys.ts';
import { useBrain } from '../session/BrainProvider.tsx';
import { setup } from '../strings/setup.ts';
import { ImportDialog } from './ImportDialog.tsx';
import { useLibrary } from './library.ts';
import { readJob } from './model/readJob.ts';
import { aliasOf, requestOf } from './model/request.ts';
import { PresetsDialog } from './presets/PresetsDialog.tsx';
import classes from './SetupPage.module.css';
import { emptyDraft, useSetup } from './state.tsx';

const route = getRouteApi('/signedIn/setup');

/** Presets, import, export, reset; and the job or file that the address names. */
export function SetupActions() {
  const { form, destination, replace } = useSetup();
  const library = useLibrary();
  const [presets, presetsDialog] = useDisclosure(false);
  const [importing, importDialog] = useDisclosure(false);
  const request = requestOf(form, destination);

  const take = (json: unknown): void => {
    const { form: read, destination: to, notes } = readJob(json, library.data ?? []);
    replace({ ...emptyDraft, form: read, destination: to });
    tell(setup.imported, notes);
  };
  useAddress(take);

  return (
    <Group gap="xs" className={classes.actions}>
      <Button
        variant="default"
        leftSection={<IconBookmark size={16} aria-hidden />}
        onClick={presetsDialog.open}
      >
        {setup.presets}
      </Button>
      <Button
        variant="default"
        leftSection={<IconFileImport size={16} aria-hidden />}
        onClick={importDialog.open}
      >
        {setup.import}
      </Button>
      <Button
        variant="default"
        leftSection={<IconDownload size={16} aria-hidden />}
        onClick={() => download(`${aliasOf(form)}.json`, JSON.stringify(request, null, 2))}
      >
        {setup.export}
      </Button>
      <Button
        variant="subtle"
        color="gray"
        leftSection={<IconRestore size={16} aria-hidden />}
        onClick={() => {
          replace(emptyDraft);
          tell(setup.resetDone);
        }}
      >
        {setup.reset}
      </Button>
      <PresetsDialog
        opened={presets}
        onClose={presetsDialog.close}
        settings={request}
        onApply={(preset) => {
          const { form: read } = readJob(preset.settings, []);
          const { alias, signal, signalArray, multiraid, noise, noiseArray } = form;
          replace({
            ...emptyDraft,
            destination,
            form: { ...read, alias, signal, signalArray, multiraid, noise, noiseArray },
          });
          presetsDialog.close();
          tell(setup.presetApplied(preset.name));
        }}
      />
      <ImportDialog opened={importing} onClose={importDialog.close} onImport={take} />
    </Group>
  );
}

/** Begins with the settings of `?job=` or with the file of `?signal=`, once. */
function useAddress(take: (json: unknown) => void): void {
  const brain = useBrain();
  const { job, signal } = route.useSearch();
  const library = useLibrary();
  const { form, decide } = useSetup();
  const done = useRef<string>(undefined);
  const original = useQuery({
    queryKey: keys.job(job ?? ''),
    queryFn: ({ signal: abort }) => brain.call(endpoints.job, { params: { id: job! }, signal: abort }),
    enabled: job !== undefined,
  });
  useEffect(() => {
    const address = `${job ?? ''} ${signal ?? ''}`;
    if (done.current === address || !library.data) return;
    if (job !== undefined && original.data) {
      done.current = address;
      take(original.data.setup);
    } else if (job === undefined && signal !== undefined) {
      done.current = address;
      const file = library.data.find(({ id }) => id === signal);
      if (file) decide({ form: { ...form, signal: file } });
    }
  });
}

function tell(title: string, notes: readonly string[] = []): void {
  notifications.show({
    color: notes.length > 0 ? 'yellow' : 'green',
    title,
    autoClose: notes.length > 0 ? 20_000 : 4000,
    message: notes.length > 0 && (
      <List size="sm" listStyleType="none">
        {notes.map((note) => (
          <List.Item key={note}>{note}</List.Item>
        ))}
      </List>
    ),
  });
}

function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
