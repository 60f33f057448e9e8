import { readFileSync } from 'node:fs';
import aslValidator from 'asl-validator';
import { describe, expect, test } from 'vitest';

interface State {
  readonly Type: string;
  readonly Resource?: string;
  readonly TimeoutSeconds?: number;
  readonly TimeoutSecondsPath?: string;
  readonly Retry?: readonly { readonly ErrorEquals: readonly string[] }[];
  readonly Catch?: readonly { readonly ErrorEquals: readonly string[] }[];
  readonly ItemProcessor?: { readonly States: Readonly<Record<string, State>> };
}

const text = readFileSync(new URL('../statemachine.asl.json', import.meta.url), 'utf8');
const definition = JSON.parse(text) as { States: Record<string, State> };
const all = ({ States }: { States: Readonly<Record<string, State>> }): [string, State][] =>
  Object.entries(States).flatMap(([name, state]) => [
    [name, state] as [string, State],
    ...(state.ItemProcessor ? all(state.ItemProcessor) : []),
  ]);
const tasks = all(definition).filter(([, { Type }]) => Type === 'Task');

describe('the state machine', () => {
  test('is valid in the Amazon States Language', () => {
    expect(aslValidator(definition)).toMatchObject({ isValid: true, errors: [] });
    const { Done: _, ...without } = definition.States;
    expect(aslValidator({ ...definition, States: without }).isValid).toBe(false);
  });

  test.each(tasks)('%s ends in its time, and every error of it is caught', (_, state) => {
    expect(state.TimeoutSeconds ?? state.TimeoutSecondsPath).toBeDefined();
    expect(state.Catch?.map(({ ErrorEquals }) => ErrorEquals)).toEqual([['States.ALL']]);
  });

  test.each(tasks.filter(([, { Resource }]) => Resource?.includes('lambda')))(
    '%s is tried again where Lambda itself failed',
    (_, { Retry }) => {
      const service = { IntervalSeconds: 2, BackoffRate: 2, MaxAttempts: 6 };
      expect(Retry).toContainEqual(
        expect.objectContaining({
          ...service,
          ErrorEquals: expect.arrayContaining(['Lambda.ServiceException']),
        }),
      );
      expect(Retry!.some(({ ErrorEquals }) => ErrorEquals.includes('Lambda.TooManyRequestsException'))).toBe(
        true,
      );
    },
  );

  test('waits for containers to end', () => {
    const resources = new Set(tasks.map(([, { Resource }]) => Resource));
    expect([...resources].sort()).toEqual([
      'arn:aws:states:::ecs:runTask.sync',
      'arn:aws:states:::lambda:invoke',
    ]);
  });
});
