import { readFileSync } from 'node:fs';

interface State {
  readonly Type: string;
  readonly ItemProcessor?: { readonly States: Readonly<Record<string, State>> };
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
