import { Code } from '@mantine/core';

/** A text of the catalogue, in which commands stand between backticks. */
export function WithCode({ text }: { text: string }) {
  return text.split('`').map((part, i) => (i % 2 === 0 ? part : <Code key={i}>{part}</Code>));
}
