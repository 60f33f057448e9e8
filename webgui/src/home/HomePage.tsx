import { Box, Stack } from '@mantine/core';
import { Page } from '../components/Page.tsx';
import { home } from '../strings/home.ts';
import classes from './HomePage.module.css';
import { LibraryTable } from './library/LibraryTable.tsx';
import { UsageCard } from './UsageCard.tsx';
import { UnitsCard } from './units/UnitsCard.tsx';
import { DropArea } from './upload/DropArea.tsx';
import { UploadPanel } from './upload/UploadPanel.tsx';

/** The first page: raw data in, what is there, what is used, where it is calculated. */
export function HomePage() {
  return (
    <Page title={home.title}>
      <Box className={classes.columns}>
        <Stack className={classes.main}>
          <DropArea />
          <UploadPanel />
          <LibraryTable />
        </Stack>
        <Stack className={classes.side}>
          <UsageCard />
          <UnitsCard />
        </Stack>
      </Box>
    </Page>
  );
}
