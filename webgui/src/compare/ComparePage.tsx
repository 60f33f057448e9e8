import { Alert, Button, FileButton, MultiSelect, VisuallyHidden } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { resultMaps } from '@mroptimum/contract';
import { useQueries } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { ErrorNotice } from '../components/ErrorNotice.tsx';
import { minuteOf } from '../components/format.ts';
import { useBrain } from '../session/BrainProvider.tsx';
import { common } from '../strings/common.ts';
import { compare } from '../strings/compare.ts';
import { type Result, resultOfFile } from '../viewer/model/source.ts';
import { jobResultQuery } from '../viewer/useJobResult.ts';
import classes from './Compare.module.css';
import { CompareView } from './CompareView.tsx';
import { useCompletedJobs } from './useCompletedJobs.ts';
import type { Compared } from './useShownList.ts';

const route = getRouteApi('/signedIn/compare');
const most = compare.letters.length;

/** Results side by side; which ones stands in the address, so that it can be sent to colleagues. */
export function ComparePage() {
  useDocumentTitle(`${compare.title} · ${common.product}`);
  const brain = useBrain();
  const navigate = useNavigate();
  const { jobs: asked = '' } = route.useSearch();
  const ids = useMemo(() => asked.split(',').filter((id) => id !== ''), [asked]);
  const { jobs } = useCompletedJobs();
  const [files, setFiles] = useState<readonly Result[]>([]);
  const [mapIds, setMapIds] = useState<Readonly<Record<string, number>>>({});
  const [error, setError] = useState<unknown>();
  const queries = useQueries({
    queries: [...new Set(ids)].map((id) => jobResultQuery(brain, id)),
    combine: (answers) => ({
      results: new Map(answers.flatMap(({ data }) => (data ? [[data.id, data.result] as const] : []))),
      error: answers.find((answer) => answer.error)?.error,
    }),
  });
  const items = useMemo((): Compared[] => {
    const ofJobs = ids.flatMap((id, i) => {
      const result = queries.results.get(id);
      return result ? [{ key: `${i} ${id}`, result }] : [];
    });
    const ofFiles = files.map((result, i) => ({ key: `file ${i} ${result.name}`, result }));
    const shown = [...ofJobs, ...ofFiles].filter(({ result }) => result.maps.length > 0);
    return shown.slice(0, most).map(({ key, result }) => ({
      key,
      result,
      mapId: mapIds[key] ?? firstMap(result),
    }));
  }, [ids, queries.results, files, mapIds]);

  const show = (next: readonly string[]): void =>
    void navigate({ to: '/compare', search: { jobs: next.join(',') || undefined }, replace: true });
  const addFile = async (file: File | null): Promise<void> => {
    if (!file) return;
    setError(undefined);
    try {
      const result = await resultOfFile(file);
      setFiles((known) => [...known, result]);
    } catch (reason) {
      setError(reason);
    }
  };
  const remove = (key: string): void => {
    const place = items.findIndex((item) => item.key === key);
    if (key.startsWith('file ')) setFiles(files.filter((result) => result !== items[place]!.result));
    else show(ids.filter((_, i) => !key.startsWith(`${i} `)));
  };
  const names = new Map(jobs.map(({ id, alias }) => [id, alias || id]));
  for (const [id, result] of queries.results) names.set(id, result.name);
  return (
    <div className={classes.page}>
      <VisuallyHidden component="h1">{compare.title}</VisuallyHidden>
      <div className={classes.head}>
        <MultiSelect
          size="xs"
          flex={1}
          miw={220}
          searchable
          label={compare.results}
          placeholder={ids.length === 0 ? compare.choose : undefined}
          data={[...names].map(([value, label]) => ({ value, label: `${label} · ${dateOf(jobs, value)}` }))}
          value={[...new Set(ids)]}
          maxValues={most}
          onChange={show}
        />
        {ids.length === 1 && (
          <Button size="xs" variant="default" onClick={() => show([ids[0]!, ids[0]!])}>
            {compare.again}
          </Button>
        )}
        <FileButton
          accept=".zip,.nii,.gz,.mha"
          onChange={addFile}
          inputProps={{ 'aria-label': compare.addFile }}
        >
          {(props) => (
            <Button {...props} size="xs" variant="default">
              {compare.addFile}
            </Button>
          )}
        </FileButton>
      </div>
      <ErrorNotice error={error ?? queries.error} />
      {items.length === 0 && ids.length === 0 && (
        <Alert m="lg" variant="light">
          {compare.nothing}
        </Alert>
      )}
      {items.length > 0 && (
        <CompareView
          items={items}
          onMap={(key, mapId) => setMapIds((known) => ({ ...known, [key]: mapId }))}
          onRemove={remove}
        />
      )}
    </div>
  );
}

const firstMap = ({ maps }: Result): number =>
  (maps.find(({ id }) => id === resultMaps.snr.id) ?? maps.find(({ matrix }) => !matrix) ?? maps[0])?.id ?? 0;

function dateOf(jobs: readonly { id: string; createdAt: string }[], id: string): string {
  const job = jobs.find((known) => known.id === id);
  return job ? minuteOf(job.createdAt) : '';
}
