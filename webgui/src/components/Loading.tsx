import { Center, Loader } from '@mantine/core';
import { common } from '../strings/common.ts';

/** Something is on its way. */
export function Loading({ label = common.loading }: { label?: string }) {
  return (
    <Center p="xl" role="status" aria-label={label}>
      <Loader size="sm" />
    </Center>
  );
}
