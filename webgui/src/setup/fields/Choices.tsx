import { Box, Radio, SimpleGrid, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './Choices.module.css';

export interface Choice<Value extends string> {
  readonly value: Value;
  readonly name: string;
  readonly sentence: string;
  /** Below the sentence. */
  readonly more?: ReactNode;
  /** Beside the words where there is room, else below them. */
  readonly aside?: ReactNode;
}

interface Props<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly choices: readonly Choice<Value>[];
  readonly cols: Readonly<Record<string, number>>;
  readonly onChange: (value: Value) => void;
}

/** One of several, each with a sentence of its own. */
export function Choices<Value extends string>({ label, value, choices, cols, onChange }: Props<Value>) {
  return (
    <Radio.Group aria-label={label} value={value} onChange={(next) => onChange(next as Value)}>
      <SimpleGrid cols={cols} spacing="sm" verticalSpacing="sm">
        {choices.map((choice) => (
          <Box key={choice.value} component="label" className={classes.choice}>
            <div className={classes.row}>
              <Radio value={choice.value} mt={2} aria-label={choice.name} />
              <div className={classes.words}>
                <Text fw={600}>{choice.name}</Text>
                <Text size="sm" c="dimmed">
                  {choice.sentence}
                </Text>
                {choice.more}
              </div>
              {choice.aside && <div className={classes.aside}>{choice.aside}</div>}
            </div>
          </Box>
        ))}
      </SimpleGrid>
    </Radio.Group>
  );
}
