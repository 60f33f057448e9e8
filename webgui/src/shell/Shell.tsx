import { AppShell, Box, Burger, Drawer, Group } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect } from 'react';
import { UploadsProvider } from '../home/upload/UploadsProvider.tsx';
import { useSignedIn } from '../session/BrainProvider.tsx';
import { shell } from '../strings/shell.ts';
import { AccountMenu } from './AccountMenu.tsx';
import { Brand } from './Brand.tsx';
import { PageLinks } from './PageLinks.tsx';
import { Palette } from './Palette.tsx';
import { SchemeSwitch } from './SchemeSwitch.tsx';
import classes from './Shell.module.css';
import { useGlobalKeys } from './useGlobalKeys.ts';
import { useSignInAgain } from './useSignInAgain.ts';

/** What stands around every page: brand, links, theme, account. */
export function Shell() {
  const [opened, { toggle, close }] = useDisclosure(false);
  const [palette, { open: openPalette, close: closePalette }] = useDisclosure(false);
  const signedIn = useSignedIn();
  const path = useRouterState({ select: ({ location }) => location.pathname });
  useSignInAgain();
  useGlobalKeys(openPalette);
  useEffect(close, [path]);

  return (
    <AppShell header={{ height: 52 }} padding={0}>
      <a className="skip-link" href="#content">
        {shell.skip}
      </a>
      <AppShell.Header className={classes.header}>
        <Group h="100%" px={{ base: 'sm', sm: 'lg' }} gap="md" wrap="nowrap">
          <Burger opened={opened} onClick={toggle} hiddenFrom="md" size="sm" aria-label={shell.menu} />
          <Brand />
          <Box visibleFrom="md" component="nav" aria-label={shell.navigation} className={classes.links}>
            <PageLinks signedIn={signedIn} />
          </Box>
          <Group gap="xs" ml="auto" wrap="nowrap">
            <SchemeSwitch />
            <AccountMenu />
          </Group>
        </Group>
      </AppShell.Header>
      <Drawer
        opened={opened}
        onClose={close}
        hiddenFrom="md"
        size={260}
        title={<Brand />}
        closeButtonProps={{ 'aria-label': shell.closeMenu }}
      >
        <nav aria-label={shell.navigation} className={classes.drawer}>
          <PageLinks signedIn={signedIn} />
        </nav>
      </Drawer>
      {palette && <Palette signedIn={signedIn} onClose={closePalette} />}
      <AppShell.Main id="content" tabIndex={-1}>
        <UploadsProvider>
          <Outlet />
        </UploadsProvider>
      </AppShell.Main>
    </AppShell>
  );
}
