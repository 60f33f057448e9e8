import { ActionIcon, CopyButton, Group, Text, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { common } from '../strings/common.ts';
import classes from './CopyLine.module.css';

/** A value to be copied, such as a token or a line for a terminal. */
export function CopyLine({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <Text size="sm" fw={500} mb={2}>
        {label}
      </Text>
      <Group gap={6} wrap="nowrap" className={classes.line}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long values are scrolled by keys. */}
        <code className={classes.value} tabIndex={0}>
          {value}
        </code>
        <CopyButton value={value}>
          {({ copied, copy }) => (
            <Tooltip label={copied ? common.copied : common.copy}>
              <ActionIcon aria-label={`${common.copy}: ${label}`} onClick={copy}>
                {copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
              </ActionIcon>
            </Tooltip>
          )}
        </CopyButton>
      </Group>
    </div>
  );
}
