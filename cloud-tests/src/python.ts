import { execFile } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** A program of the Python environment of the cloud tests, e.g. `cfn-lint` or `aws`. */
export const pythonProgram = (name: string): string => join(root, '.venv-cloud/bin', name);

const execute = promisify(execFile);

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end, whatever its exit code. */
export async function runProgram(
  program: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Outcome> {
  try {
    const done = await execute(program, args, { cwd: root, maxBuffer: 64 * 2 ** 20, ...options });
    return { code: 0, stdout: done.stdout, stderr: done.stderr };
  } catch (error) {
    const failed = error as { code?: unknown; stdout?: string; stderr?: string; message: string };
    if (typeof failed.code !== 'number') throw error;
    return { code: failed.code, stdout: failed.stdout ?? '', stderr: failed.stderr ?? '' };
  }
}

/** Every CloudFormation template of the tree, by path in the repository. */
export function templates(): string[] {
  return globSync(['template*.yaml', '{brain,calculation,mode2-deployment}/template*.yaml'], { cwd: root })
    .filter((path) => existsSync(join(root, path)))
    .sort();
}

const transform = `
import json, os, sys
from samtranslator.yaml_helper import yaml_parse
from samtranslator.translator.transform import transform
from samtranslator.translator.managed_policy_translator import ManagedPolicyLoader
class Policies:
    def list_policies(self, **_): return {}
    def get_paginator(self, _): return self
    def paginate(self, **_): return []
with open(sys.argv[1]) as file: template = yaml_parse(file)
values = json.loads(sys.argv[2])
# What \`sam package\` does: code beside the template lies in a bucket.
for resource in template['Resources'].values():
    properties = resource.get('Properties', {})
    for name in ('CodeUri', 'ContentUri'):
        if isinstance(properties.get(name), str) and '://' not in properties[name]:
            properties[name] = 's3://' + sys.argv[3] + '/' + properties[name]
# What \`sam package\` does with a definition beside the template: it is handed over as it is.
for resource in template["Resources"].values():
    place = resource.get("Properties", {}).get("DefinitionUri")
    if resource["Type"] == "AWS::Serverless::StateMachine" and isinstance(place, str):
        del resource["Properties"]["DefinitionUri"]
        with open(os.path.join(os.path.dirname(sys.argv[1]), place)) as file:
            resource["Properties"]["Definition"] = json.load(file)
print(json.dumps(transform(template, values, ManagedPolicyLoader(Policies()))))
`;

/**
 * A template as CloudFormation sees it after the SAM transform, with these values of its parameters; code that lies
 * beside it is in the bucket.
 */
export async function samTransform(
  path: string,
  parameters: Readonly<Record<string, string>> = {},
  bucket = 'packaged',
): Promise<Record<string, unknown>> {
  const args = ['-c', transform, join(root, path), JSON.stringify(parameters), bucket];
  const env = { ...process.env, AWS_DEFAULT_REGION: 'us-east-1' };
  const { code, stdout, stderr } = await runProgram(pythonProgram('python'), args, { env });
  if (code !== 0) throw new Error(`The SAM transform refuses ${path}:\n${stderr}`);
  return JSON.parse(stdout) as Record<string, unknown>;
}
