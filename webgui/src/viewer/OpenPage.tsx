import { Button, FileButton, Stack, Text } from '@mantine/core';
import { IconFileImport } from '@tabler/icons-react';
import { type DragEvent, useState } from 'react';
import { ErrorNotice } from '../components/ErrorNotice.tsx';
import { Loading } from '../components/Loading.tsx';
import { Page } from '../components/Page.tsx';
import { viewer } from '../strings/viewer.ts';
import { type Result, resultOfFile } from './model/source.ts';
import classes from './OpenPage.module.css';
import { save } from './screenshot.ts';
import { Viewer } from './Viewer.tsx';

const accepted = '.zip,.nii,.gz,.mha';

/** A result or an image from the disk of whoever opens it, without an account. Nothing is sent anywhere. */
export function OpenPage() {
  const [result, setResult] = useState<Result>();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const [over, setOver] = useState(false);

  const open = async (file: File | null | undefined): Promise<void> => {
    if (!file) return;
    setBusy(true);
    setError(undefined);
    try {
      setResult(await resultOfFile(file));
    } catch (reason) {
      setError(reason);
    } finally {
      setBusy(false);
    }
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    void open(event.dataTransfer.files[0]);
  };
  const drag = (event: DragEvent): void => {
    event.preventDefault();
    setOver(true);
  };
  const choose = (label: string, variant: 'filled' | 'default') => (
    <FileButton onChange={open} accept={accepted} inputProps={{ 'aria-label': label }}>
      {(props) => (
        <Button {...props} size="xs" variant={variant} loading={busy}>
          {label}
        </Button>
      )}
    </FileButton>
  );
  if (result) {
    return (
      // biome-ignore lint/a11y/noStaticElementInteractions: a file can also be chosen by the button.
      <div onDrop={drop} onDragOver={(event) => event.preventDefault()}>
        <ErrorNotice error={error} />
        <Viewer
          key={result.name}
          result={result}
          actions={
            <>
              <Button size="xs" variant="default" onClick={() => saveReport(result).catch(setError)}>
                {viewer.report}
              </Button>
              {choose(viewer.openAnother, 'default')}
            </>
          }
        />
      </div>
    );
  }
  return (
    <Page title={viewer.openTitle}>
      <Stack>
        <ErrorNotice error={error} />
        {/* biome-ignore lint/a11y/noStaticElementInteractions: a file can also be chosen by the button. */}
        <div
          className={classes.zone}
          data-over={over}
          onDrop={drop}
          onDragOver={drag}
          onDragLeave={() => setOver(false)}
          data-testid="drop"
        >
          {busy ? <Loading /> : <IconFileImport size={44} stroke={1.2} aria-hidden />}
          <Text fw={600}>{viewer.drop}</Text>
          <Text c="dimmed" size="sm">
            {viewer.dropHint}
          </Text>
          {choose(viewer.choose, 'filled')}
        </div>
      </Stack>
    </Page>
  );
}

/** Reports are made when they are asked for; so is the code for them loaded. */
async function saveReport(result: Result): Promise<void> {
  const [{ reportContent, reportMaps }, { reportDocument }] = await Promise.all([
    import('../report/content.ts'),
    import('../report/model/html.ts'),
  ]);
  const content = await reportContent({ result, mapIds: reportMaps(result), notes: '' });
  save(new Blob([reportDocument(content)], { type: 'text/html' }), `${result.name} report.html`);
}
