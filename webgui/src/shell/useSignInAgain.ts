import { useNavigate, useRouterState } from '@tanstack/react-router';
import { useEffect } from 'react';
import { queryClient } from '../queries/client.ts';
import { useSignedIn } from '../session/BrainProvider.tsx';

/**
 * Where the session ends under an open page – signed out in another tab, or revoked – the page asks for the
 * sign-in, forgets what it had read, and comes back to the same address afterwards.
 */
export function useSignInAgain(): void {
  const signedIn = useSignedIn();
  const navigate = useNavigate();
  const { href, needsAccount } = useRouterState({
    select: ({ location, matches }) => ({
      href: location.href,
      needsAccount: matches.some(({ routeId }) => routeId === '/signedIn'),
    }),
    structuralSharing: true,
  });
  useEffect(() => {
    if (signedIn || !needsAccount) return;
    queryClient.clear();
    void navigate({ to: '/login', search: { next: href } });
  }, [signedIn, needsAccount, href, navigate]);
}
