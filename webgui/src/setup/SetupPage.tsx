import { Box, Stack } from '@mantine/core';
import { Loading } from '../components/Loading.tsx';
import { Page } from '../components/Page.tsx';
import { useProfile } from '../session/useProfile.ts';
import { setup } from '../strings/setup.ts';
import { QueuePanel } from './panel/QueuePanel.tsx';
import { SetupActions } from './SetupActions.tsx';
import classes from './SetupPage.module.css';
import { BatchSection } from './sections/BatchSection.tsx';
import { DataSection } from './sections/DataSection.tsx';
import { MaskSection } from './sections/MaskSection.tsx';
import { MethodSection } from './sections/MethodSection.tsx';
import { OutputSection } from './sections/OutputSection.tsx';
import { ReconstructionSection } from './sections/ReconstructionSection.tsx';
import { SensitivitySection } from './sections/SensitivitySection.tsx';
import { SetupProvider } from './state.tsx';

/** From files and settings to a queued job. */
export function SetupPage() {
  const profile = useProfile();
  if (!profile.data) return <Page title={setup.title}>{<Loading />}</Page>;
  return (
    <SetupProvider account={profile.data.email}>
      <Page title={setup.title} actions={<SetupActions />}>
        <div className={classes.columns}>
          <Stack gap="md">
            <DataSection />
            <MethodSection />
            <ReconstructionSection />
            <SensitivitySection />
            <MaskSection />
            <OutputSection />
            <BatchSection />
          </Stack>
          <Box className={classes.panel}>
            <QueuePanel />
          </Box>
        </div>
      </Page>
    </SetupProvider>
  );
}
