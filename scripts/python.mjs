// The Python side of the cloud tests: a virtual environment of its own, .venv-cloud, made of the pinned versions of
// requirements-cloud.txt. Current is an environment that was made of exactly this file; then nothing is done.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { at, run, StepFailed, say, script, step } from './workspace.mjs';

const environment = at('.venv-cloud');
const requirements = at('scripts/requirements-cloud.txt');
const madeOf = at('.venv-cloud', 'made-of.txt');
const bin = process.platform === 'win32' ? 'Scripts' : 'bin';

class PythonMissing extends StepFailed {
  constructor(sentence) {
    super(sentence, 1);
    this.message = sentence;
  }
}

/** A program of the environment, e.g. `moto_server` or `cfn-lint`. */
export const pythonProgram = (name) =>
  at('.venv-cloud', bin, process.platform === 'win32' ? `${name}.exe` : name);

/** Makes the environment, or makes it anew, where it is missing or older than its requirements. */
export async function ensurePython() {
  const wanted = readFileSync(requirements, 'utf8');
  if (existsSync(madeOf) && readFileSync(madeOf, 'utf8') === wanted && runs(pythonProgram('python'))) return;
  const python = findPython();
  rmSync(environment, { recursive: true, force: true });
  say('Making the Python environment of the cloud tests, .venv-cloud (about a minute)');
  if ((await run(python, ['-m', 'venv', environment])) !== 0) {
    throw new PythonMissing(
      `${python} cannot make a virtual environment: its venv module is missing (on Debian and Ubuntu: apt-get install python3-venv).`,
    );
  }
  const pip = ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check'];
  await step('Installing moto, cfn-lint and the AWS command line', pythonProgram('python'), [
    ...pip,
    '--requirement',
    requirements,
  ]);
  writeFileSync(madeOf, wanted);
}

function findPython() {
  const names = process.platform === 'win32' ? ['python', 'py'] : ['python3', 'python'];
  const found = names.find(runs);
  if (found !== undefined) return found;
  throw new PythonMissing(
    'The cloud tests need Python 3.10 or newer, and none is installed (on Debian and Ubuntu: apt-get install python3 python3-venv).',
  );
}

/** Whether this is a Python that is new enough for the pinned versions. */
function runs(program) {
  try {
    const version = 'import sys; sys.exit(sys.version_info < (3, 10))';
    execFileSync(program, ['-c', version], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

if (process.argv[1]?.endsWith('python.mjs')) await script(ensurePython);
