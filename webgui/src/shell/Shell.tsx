import { AppShell, Box, Burger, Group } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Outlet, useRouterState } from '@tanstack/react-router';
import { lazy, Suspense, useEffect } from 'react';
import { UploadsProvider } from '../home/upload/UploadsProvider.tsx';
import { useSignedIn } from '../session/BrainProvider.tsx';
import { shell } from '../strings/shell.ts';
import { Brand } from './Brand.tsx';
import { PageLinks } from './PageLinks.tsx';
import { SchemeSwitch } from './SchemeSwitch.tsx';
import classes from './Shell.module.css';
import { SignInLink } from './SignInLink.tsx';
import { useGlobalKeys } from './useGlobalKeys.ts';
import { useSignInAgain } from './useSignInAgain.ts';

// What a first visit does not need is loaded later.
const AccountMenu = lazy(async () => ({ default: (await import('./AccountMenu.tsx')).AccountMenu }));
const SideMenu = lazy(async () => ({ default: (await import('./SideMenu.tsx')).SideMenu }));
const Palette = lazy(async () => ({ default: (await import('./Palette.tsx')).Palette }));

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
    <UploadsProvider>
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
              <Suspense>{signedIn ? <AccountMenu /> : <SignInLink />}</Suspense>
            </Group>
          </Group>
        </AppShell.Header>
        <Suspense>
          {opened && <SideMenu signedIn={signedIn} onClose={close} />}
          {palette && <Palette signedIn={signedIn} onClose={closePalette} />}
        </Suspense>
        <AppShell.Main id="content" tabIndex={-1}>
          <Outlet />
        </AppShell.Main>
      </AppShell>
    </UploadsProvider>
  );
}
