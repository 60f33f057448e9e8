import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, use, useEffect, useMemo, useSyncExternalStore } from 'react';
import { keys } from '../../queries/keys.ts';
import { useBrain, useSignedIn } from '../../session/BrainProvider.tsx';
import { useProfile } from '../../session/useProfile.ts';
import { createUploads, type Uploads, type UploadView } from './uploads.ts';

const UploadsContext = createContext<Uploads | undefined>(undefined);

/** Keeps uploads going on every page, for as long as the same account is signed in. */
export function UploadsProvider({ children }: { children: ReactNode }) {
  const brain = useBrain();
  const queries = useQueryClient();
  const signedIn = useSignedIn();
  const profile = useProfile().data;
  const owner = signedIn ? profile?.id : undefined;
  const uploads = useMemo(() => {
    if (owner === undefined) return undefined;
    return createUploads(brain, owner, () => {
      void queries.invalidateQueries({ queryKey: keys.files });
      void queries.invalidateQueries({ queryKey: keys.profile });
    });
  }, [brain, owner, queries]);
  useEffect(() => {
    void uploads?.restore();
    return () => uploads?.stop();
  }, [uploads]);
  return <UploadsContext value={uploads}>{children}</UploadsContext>;
}

/** Undefined until it is known who is signed in. */
export const useUploads = (): Uploads | undefined => use(UploadsContext);

const none: readonly UploadView[] = [];
const never = (): (() => void) => () => {};

/** All uploads of this browser as they stand now. */
export function useUploadList(): readonly UploadView[] {
  const uploads = useUploads();
  return useSyncExternalStore(uploads?.subscribe ?? never, uploads?.snapshot ?? (() => none));
}
