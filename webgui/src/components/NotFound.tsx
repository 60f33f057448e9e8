import { Anchor, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { common } from '../strings/common.ts';
import { Page } from './Page.tsx';

/** An address without a page. */
export function NotFound() {
  return (
    <Page title={common.notFound} width="narrow">
      <Text mb="sm">{common.notFoundHint}</Text>
      <Anchor component={Link} to="/">
        {common.goHome}
      </Anchor>
    </Page>
  );
}
