import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** One thread, whatever library the peer's linear algebra comes from. */
const oneThread = {
  ...process.env,
  OMP_NUM_THREADS: '1',
  OPENBLAS_NUM_THREADS: '1',
  MKL_NUM_THREADS: '1',
};

/** NumPy and SciPy in a process of their own, which times a case when asked. */
export class PythonPeer {
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #reader: Interface;

  private constructor(process: ChildProcess) {
    this.#process = process;
    this.#reader = createInterface({ input: process.stdout! });
    this.#lines = this.#reader[Symbol.asyncIterator]();
  }

  /** Undefined where there is no Python with NumPy and SciPy (MRO_BENCH_PYTHON names one, else python3). */
  static async start(): Promise<PythonPeer | undefined> {
    const python = process.env.MRO_BENCH_PYTHON ?? 'python3';
    if (spawnSync(python, ['-c', 'import numpy, scipy.fft'], { stdio: 'ignore' }).status !== 0)
      return undefined;
    const script = fileURLToPath(new URL('../python/kernels.py', import.meta.url));
    const peer = new PythonPeer(
      spawn(python, [script], { env: oneThread, stdio: ['pipe', 'pipe', 'inherit'] }),
    );
    await peer.#lines.next();
    return peer;
  }

  /** Median of nine calls, milliseconds. */
  async time(name: string): Promise<number> {
    this.#process.stdin!.write(`${name}\n`);
    return Number((await this.#lines.next()).value);
  }

  stop(): void {
    this.#process.stdin!.end();
    this.#reader.close();
  }
}

/** Whether BART's command is on this machine. */
export const hasBart = (): boolean => spawnSync('bart', ['version'], { stdio: 'ignore' }).status === 0;

/** Runs one BART command with one thread. */
export function bart(...args: string[]): void {
  spawnSync('bart', args, { stdio: 'ignore', env: oneThread });
}
