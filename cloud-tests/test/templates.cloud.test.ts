import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pythonProgram, root, runProgram, samTransform, templates } from '../src/python.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mroptimum-templates-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const lint = (path: string) => runProgram(pythonProgram('cfn-lint'), ['--', path], { cwd: root });

describe.each(templates())('%s', (path) => {
  it('passes cfn-lint', async () => {
    expect(await lint(path)).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('has no exception from a rule of cfn-lint', async () => {
    const { stdout } = await runProgram('grep', ['-c', '-E', 'cfn-lint|ignore_checks', join(root, path)]);
    expect(stdout.trim()).toBe('0');
  });

  it('is accepted by the SAM transform, which leaves nothing of SAM', async () => {
    const plain = await samTransform(path);
    expect(JSON.stringify(plain)).not.toContain('AWS::Serverless');
  });
});

it('would see a wrong template', async () => {
  const wrong = join(folder, 'wrong.yaml');
  await writeFile(wrong, 'Resources: { Bucket: { Type: AWS::S3::Bucket, Properties: { Name: wrong } } }\n');
  const { code, stdout } = await lint(wrong);
  expect(code).not.toBe(0);
  expect(stdout).toContain("'Name' was unexpected");
});
