import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { queryClient } from './queries/client.ts';
import { router } from './router.tsx';
import { BrainProvider } from './session/BrainProvider.tsx';
import { brain } from './session/brain.ts';
import { schemeStore } from './shell/scheme.ts';
import { resolveVariables, theme } from './theme.ts';

const Notifications = lazy(async () => ({ default: (await import('@mantine/notifications')).Notifications }));

/** The page: theme, connection to the server, what was asked of it, and routes. */
export function App() {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={resolveVariables}
      defaultColorScheme="auto"
      colorSchemeManager={schemeStore}
    >
      <Suspense>
        <Notifications position="bottom-right" />
      </Suspense>
      <BrainProvider brain={brain}>
        <QueryClientProvider client={queryClient}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </BrainProvider>
    </MantineProvider>
  );
}
