import { Button } from '@mantine/core';
import { IconColumns, IconDownload, IconFileText } from '@tabler/icons-react';
import { getRouteApi, Link, useRouter } from '@tanstack/react-router';
import { useCallback } from 'react';
import { ErrorNotice } from '../components/ErrorNotice.tsx';
import { Loading } from '../components/Loading.tsx';
import { Page } from '../components/Page.tsx';
import { viewer } from '../strings/viewer.ts';
import type { Place } from './state/placeSchema.ts';
import { useJobResult } from './useJobResult.ts';
import { Viewer } from './Viewer.tsx';

const route = getRouteApi('/signedIn/jobs/$id');

/** The result of a job. */
export function ResultPage() {
  const { id } = route.useParams();
  const { result, link, error } = useJobResult(id);
  const navigate = route.useNavigate();
  const place = route.useSearch();
  const { history } = useRouter();
  const tell = useCallback(
    (search: Place): void => {
      // Whoever is on the way to another page, which may still load, is not called back.
      if (history.location.pathname !== `/jobs/${id}`) return;
      void navigate({ search, replace: true, resetScroll: false });
    },
    [navigate, history, id],
  );
  if (error) {
    return (
      <Page title={viewer.title}>
        <ErrorNotice error={error} />
      </Page>
    );
  }
  if (!result) return <Loading />;
  const icon = { size: 15, 'aria-hidden': true } as const;
  return (
    <Viewer
      key={id}
      result={result}
      jobId={id}
      place={place}
      onPlace={tell}
      actions={
        <>
          {result.maps.length > 0 && (
            <>
              <Button
                renderRoot={(props) => <Link {...props} to="/compare" search={{ jobs: id }} />}
                size="xs"
                variant="default"
                leftSection={<IconColumns {...icon} />}
              >
                {viewer.compare}
              </Button>
              <Button
                renderRoot={(props) => <Link {...props} to="/report/$id" params={{ id }} />}
                size="xs"
                variant="default"
                leftSection={<IconFileText {...icon} />}
              >
                {viewer.report}
              </Button>
            </>
          )}
          <Button
            component="a"
            href={link}
            download
            size="xs"
            variant="default"
            aria-label={viewer.download}
            title={viewer.download}
          >
            <IconDownload {...icon} />
          </Button>
        </>
      }
    />
  );
}
