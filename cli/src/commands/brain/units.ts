import { readFile } from 'node:fs/promises';
import { endpoints, MroError, unitRegistrationSchema } from '@mroptimum/contract';
import { Command } from 'commander';
import type { ServerChoice } from '../../client/connection.ts';
import { EndedWith, exitCodes } from '../../exit.ts';
import type { Terminal } from '../../terminal.ts';
import { addServerOptions, answer, table, time } from './shared.ts';

const registerExamples = `
Examples:
  A unit of this lab (run "mroptimum unit" on its machine with the token that is printed):
    mroptimum units register --alias "big machine"
  Units in AWS, as the deployment guide has them:
    mroptimum units register --body unit.json`;

/** `mroptimum units ls|register|check|rm`: where jobs are calculated. */
export function unitsCommand(terminal: Terminal): Command {
  const command = new Command('units').description('computing units: where jobs are calculated');
  for (const sub of [list, register, check, remove]) command.addCommand(addServerOptions(sub(terminal)));
  return command;
}

function list(terminal: Terminal): Command {
  return new Command('ls').description('units that you may use').action((options: ServerChoice) =>
    answer(
      terminal,
      options,
      (brain) => brain.call(endpoints.units),
      ({ computingUnits }) =>
        table(
          ['id', 'alias', 'mode', 'status', 'default', 'last seen'],
          computingUnits.map((unit) => [
            unit.computingUnitId,
            unit.alias,
            unit.mode,
            unit.status,
            unit.isDefault ? 'yes' : '',
            unit.lastSeenAt === undefined ? 'never' : time(unit.lastSeenAt),
          ]),
        ),
    ),
  );
}

function register(terminal: Terminal): Command {
  return new Command('register')
    .description('add a unit, or change one')
    .option('--alias <name>', 'its name for people')
    .option('--default', 'jobs go there unless another unit is named')
    .option('--share', 'everybody may use it (administrators)')
    .option('--body <file>', 'registration as JSON, for units in AWS')
    .addHelpText('after', registerExamples)
    .action((options: ServerChoice & { alias?: string; default?: boolean; share?: boolean; body?: string }) =>
      answer(
        terminal,
        options,
        async (brain) => {
          const { alias, body } = options;
          const read = body === undefined ? { mode: 'local', provider: 'local' } : await jsonOf(body);
          const registration = {
            ...read,
            ...(alias !== undefined && { alias }),
            ...(options.default && { isDefault: true }),
            ...(options.share && { isShared: true }),
          };
          const parsed = unitRegistrationSchema.safeParse(registration);
          if (!parsed.success) throw notUnderstood(parsed.error.issues[0]!);
          const registered = await brain.call(endpoints.registerUnit, { body: registration as never });
          if (parsed.data.mode !== 'local' || !registered.created) return registered;
          const name = `unit ${registered.computingUnit.alias}`.slice(0, 100);
          const scopes: ['unit:run'] = ['unit:run'];
          const { token } = await brain.call(endpoints.createToken, { body: { name, scopes } });
          return { ...registered, token, server: brain.origin };
        },
        (made) => {
          const lines = [`${made.created ? 'Registered' : 'Changed'}: ${made.computingUnitId}`];
          if ('token' in made) {
            lines.push(
              'Start it on its machine (the token is shown this once):',
              `  MRO_TOKEN=${made.token} mroptimum unit --brain ${made.server} --unit ${made.computingUnitId}`,
            );
          }
          if (made.externalId !== undefined) {
            lines.push(`External id for the template (shown this once): ${made.externalId}`);
          }
          if (made.callbackSecret !== undefined && !('token' in made)) {
            lines.push(`Secret of its callbacks (shown this once): ${made.callbackSecret}`);
          }
          return `${lines.join('\n')}\n`;
        },
      ),
    );
}

function check(terminal: Terminal): Command {
  return new Command('check')
    .description('whether a unit is well, in words')
    .argument('<id>')
    .action(async (id: string, options: ServerChoice) => {
      let well = false;
      await answer(
        terminal,
        options,
        async (brain) => {
          const report = await brain.call(endpoints.checkUnit, { params: { id } });
          well = report.ok;
          return report;
        },
        ({ checks }) =>
          checks
            .map(({ what, ok, advice }) => `${ok ? '✓' : '✗'} ${what}${ok ? '' : `: ${advice}`}\n`)
            .join(''),
      );
      if (!well) throw new EndedWith(exitCodes.failed);
    });
}

function remove(terminal: Terminal): Command {
  return new Command('rm')
    .description('remove a unit')
    .argument('<id>')
    .action((computingUnitId: string, options: ServerChoice) =>
      answer(
        terminal,
        options,
        async (brain) => {
          await brain.call(endpoints.deleteUnit, { body: { computingUnitId } });
          return { deleted: computingUnitId };
        },
        () => 'Removed.\n',
      ),
    );
}

async function jsonOf(path: string): Promise<Record<string, unknown>> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
  } catch (cause) {
    throw new MroError('MRO_CLI_FILE', `The registration ${path} cannot be read as JSON.`, { cause });
  }
}

const notUnderstood = ({ path, message }: { path: PropertyKey[]; message: string }): MroError =>
  new MroError('MRO_CLI_USAGE', `${path.join('.') || 'The registration'}: ${message}.`, {
    hint: 'docs/operations.md shows a registration.',
  });
