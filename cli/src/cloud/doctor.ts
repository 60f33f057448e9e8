import { type Brain, endpoints, MroError } from '@mroptimum/contract';
import type { Aws } from './aws.ts';
import { accountChecks, type Finding } from './checks.ts';
import { readDeployment } from './deployment.ts';

const ill = (what: string, words: string): Finding => ({ what, ok: false, words });
const well = (what: string, words: string): Finding => ({ what, ok: true, words });
const said = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Looks at a deployment, line by line of docs/troubleshooting.md. What cannot be looked at is not well, and says why. */
export async function* examine(
  aws: Aws,
  stack: string,
  brain: Brain,
  get: typeof fetch,
): AsyncGenerator<Finding> {
  let account = '';
  try {
    account = (await aws<{ Account: string }>('sts', 'get-caller-identity')).Account;
    yield well('credentials', `account ${account}`);
  } catch (error) {
    const hint = error instanceof MroError ? error.hint : '';
    yield ill('credentials', `${said(error)} ${hint}`);
    return;
  }
  const deployment = await readDeployment(aws, stack).catch(said);
  if (typeof deployment === 'string') {
    yield ill('stack', `${deployment} Deploy it: docs/mode1.md, docs/mode2.md.`);
    return;
  }
  for (const { what, advice, look } of accountChecks) {
    const found = await look({ aws, deployment, fetch: get }).catch((error: unknown) => `!${said(error)}`);
    if (found === undefined) continue;
    yield found.startsWith('!') ? ill(what, `${found.slice(1)}; ${advice}`) : well(what, found);
  }
  yield* serverFindings(brain, account, deployment.outputs.StateMachineArn);
}

/** What the server knows of the unit, and whether it reaches it. */
async function* serverFindings(
  brain: Brain,
  account: string,
  machine: string | undefined,
): AsyncGenerator<Finding> {
  try {
    const { computingUnits } = await brain.call(endpoints.units);
    yield well('token', `${brain.origin} accepts it`);
    const unit = computingUnits.find(
      (one) => one.awsAccountId === account && one.stateMachineArn === machine,
    );
    if (!unit) {
      yield ill('unit', `${brain.origin} does not know this unit; deploy the stack again`);
      return;
    }
    const { checks } = await brain.call(endpoints.checkUnit, { params: { id: unit.computingUnitId } });
    for (const { what, ok, advice } of checks)
      yield { what: `unit: ${what}`, ok, words: ok ? 'as the server sees it' : advice };
  } catch (error) {
    yield ill('token', `${said(error)}; make a new one, sign in, or run deploy-mode2.sh again`);
  }
}
