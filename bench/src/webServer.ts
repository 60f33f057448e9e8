import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A server as it is shipped, without a worker, for measurements in a browser. */
export function startServer(data: string) {
  const program = fileURLToPath(new URL('../../cli/dist/server.js', import.meta.url));
  const line = [program, 'serve', '--port', '0', '--data', data, '--no-demo', '--no-unit'];
  const child = spawn(process.execPath, line, { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const address = new Promise<string>((resolve) => {
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const found = /runs at (\S+)/.exec(said);
      if (found) resolve(found[1]!);
    });
  });
  return {
    address,
    end(): Promise<void> {
      child.kill();
      return ended;
    },
  };
}
