import { readFileSync } from 'node:fs';

interface State {
  readonly Type: string;
  readonly ItemProcessor?: { readonly ProcessorConfig?: object; readonly States: States };
}
type States = Readonly<Record<string, State>>;

/**
 * The same machine with maps inside the execution. moto lets a distributed map succeed whatever happens in its parts,
 * and keeps no history of them; the failures of these fail the map, as the real service does, and their states are in
 * the history.
 */
export function withInlineMaps(text: string): string {
  const inline = ({ ItemProcessor, ...state }: State): State =>
    ItemProcessor
      ? { ...state, ItemProcessor: { ...ItemProcessor, ProcessorConfig: { Mode: 'INLINE' } } }
      : state;
  const machine = JSON.parse(text) as { States: States };
  const States = Object.entries(machine.States).map(([name, state]) => [name, inline(state)]);
  return JSON.stringify({ ...machine, States: Object.fromEntries(States) });
}

/** The state machine as its template puts it together: names of functions for their ARNs. */
export function definition(): string {
  const text = readFileSync(new URL('../statemachine.asl.json', import.meta.url), 'utf8');
  const arn = (name: string) => `arn:aws:lambda:us-east-1:123456789012:function:${name}`;
  const values: Readonly<Record<string, string>> = {
    PrepareFunctionArn: arn('prepare'),
    CalculateFunctionArn: arn('calculate'),
    FailFunctionArn: arn('fail'),
    ClusterArn: 'arn:aws:ecs:us-east-1:123456789012:cluster/cluster',
    TaskDefinitionArn: 'arn:aws:ecs:us-east-1:123456789012:task-definition/calculation:1',
    Subnets: 'subnet-1,subnet-2',
    SecurityGroup: 'sg-1',
    AssignPublicIp: 'ENABLED',
  };
  return text.replace(/\$\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`The state machine has an unknown ${name}.`);
    return value;
  });
}

/** All states by name, those inside maps too. */
export function statesOf(text: string): Record<string, State> {
  const within = (states: Readonly<Record<string, State>>): [string, State][] =>
    Object.entries(states).flatMap(([name, state]) => [
      [name, state] as [string, State],
      ...(state.ItemProcessor ? within(state.ItemProcessor.States) : []),
    ]);
  return Object.fromEntries(within((JSON.parse(text) as { States: Record<string, State> }).States));
}
