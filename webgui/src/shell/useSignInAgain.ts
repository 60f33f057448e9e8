import { useRouter, useRouterState } from '@tanstack/react-router';
import { useEffect } from 'react';
import { queryClient } from '../queries/client.ts';
import { useSignedIn } from '../session/BrainProvider.tsx';

/**
 * Where the session ends under an open page – signed out in another tab, or revoked – the page asks for the
 * sign-in, forgets what it had read, and comes back to the same address afterwards.
 */
export function useSignInAgain(): void {
  const signedIn = useSignedIn();
  const router = useRouter();
  const needsAccount = useRouterState({
    select: ({ matches }) => matches.some(({ routeId }) => routeId === '/signedIn'),
  });
  useEffect(() => {
    if (signedIn || !needsAccount) return;
    const { pathname, href } = router.latestLocation;
    if (pathname === '/login') return;
    queryClient.clear();
    void router.navigate({ to: '/login', search: { next: href } });
  }, [signedIn, needsAccount, router]);
}
