import { Button, Group, MultiSelect, Textarea } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconArrowLeft, IconDownload, IconPrinter } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { ErrorNotice } from '../components/ErrorNotice.tsx';
import { Loading } from '../components/Loading.tsx';
import { Page } from '../components/Page.tsx';
import { useBrain } from '../session/BrainProvider.tsx';
import { report } from '../strings/report.ts';
import { save } from '../viewer/screenshot.ts';
import { type JobResult, jobResultQuery } from '../viewer/useJobResult.ts';
import { reportContent, reportMaps } from './content.ts';
import { type ReportContent, reportDocument } from './model/html.ts';
import classes from './Report.module.css';
import { ReportSheet } from './ReportSheet.tsx';

const route = getRouteApi('/signedIn/report/$id');

/** A result as a report: one file that shows everything by itself, or paper. */
export function ReportPage() {
  const { id } = route.useParams();
  const { data, error } = useQuery(jobResultQuery(useBrain(), id));
  if (error) {
    return (
      <Page title={report.title}>
        <ErrorNotice error={error} />
      </Page>
    );
  }
  return data ? <ReportOf job={data} /> : <Loading />;
}

function ReportOf({ job }: { job: JobResult }) {
  const { result, id } = job;
  const [mapIds, setMapIds] = useState<readonly number[]>(() => reportMaps(result));
  const [notes, setNotes] = useState('');
  const [said] = useDebouncedValue(notes, 400);
  const [content, setContent] = useState<ReportContent>();
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    let current = true;
    reportContent({ result, job, mapIds, notes: said }).then(
      (made) => current && setContent(made),
      (reason: unknown) => current && setError(reason),
    );
    return () => {
      current = false;
    };
  }, [result, job, mapIds, said]);
  const file = (): void => {
    if (!content) return;
    save(new Blob([reportDocument(content)], { type: 'text/html' }), `${result.name} report.html`);
  };
  return (
    <Page
      title={report.title}
      actions={
        <Group gap="xs" className={classes.controls}>
          <Button
            size="xs"
            variant="subtle"
            leftSection={<IconArrowLeft size={15} aria-hidden />}
            renderRoot={(props) => <Link {...props} to="/jobs/$id" params={{ id }} />}
          >
            {report.back}
          </Button>
          <Button
            size="xs"
            variant="default"
            disabled={!content}
            leftSection={<IconPrinter size={15} aria-hidden />}
            onClick={() => window.print()}
          >
            {report.print}
          </Button>
          <Button
            size="xs"
            disabled={!content}
            leftSection={<IconDownload size={15} aria-hidden />}
            onClick={file}
          >
            {report.save}
          </Button>
        </Group>
      }
    >
      <Group
        grow
        align="flex-start"
        mb="md"
        className={classes.controls}
        preventGrowOverflow={false}
        wrap="wrap"
      >
        <MultiSelect
          size="xs"
          miw={260}
          label={report.maps}
          data={result.maps.map((map) => ({ value: String(map.id), label: map.name }))}
          value={mapIds.map(String)}
          onChange={(ids) => setMapIds(ids.map(Number))}
        />
        <Textarea
          size="xs"
          miw={260}
          label={report.notes}
          placeholder={report.notesHint}
          autosize
          minRows={2}
          value={notes}
          onChange={(event) => setNotes(event.currentTarget.value)}
        />
      </Group>
      <ErrorNotice error={error} />
      {content ? <ReportSheet content={content} /> : <Loading label={report.building} />}
    </Page>
  );
}
