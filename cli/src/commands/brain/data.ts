import { basename } from 'node:path';
import { type DataFileView, endpoints } from '@mroptimum/contract';
import { Command } from 'commander';
import { brainFor, type ServerChoice } from '../../client/connection.ts';
import { download } from '../../client/download.ts';
import { storingUnit } from '../../client/submit.ts';
import { interruptible } from '../../interruptible.ts';
import { progressOn } from '../../progress.ts';
import type { Terminal } from '../../terminal.ts';
import { wholeNumber } from '../../values.ts';
import { addServerOptions, answer, bytes, fileNamed, table, time, upTo } from './shared.ts';
import { uploader } from './uploader.ts';

type Options = ServerChoice & { quiet?: boolean };

/** `mroptimum data ls|put|get|rm`: the library of files on a server. */
export function dataCommand(terminal: Terminal): Command {
  const command = new Command('data').description('files on the server: list, upload, download, delete');
  for (const sub of [list, upload, fetchFile, remove]) command.addCommand(addServerOptions(sub(terminal)));
  return command;
}

function list(terminal: Terminal): Command {
  return new Command('ls')
    .description('files of your library, newest first')
    .option('--limit <n>', 'at most so many', wholeNumber(1), 50)
    .action((options: ServerChoice & { limit: number }) =>
      answer(
        terminal,
        options,
        async (brain) => ({
          files: await upTo(options.limit, (cursor, limit) =>
            brain.call(endpoints.files, { query: { cursor, limit } }),
          ),
        }),
        ({ files }) =>
          table(
            ['id', 'name', 'size', 'status', 'uploaded'],
            files.map((file) => [
              file.id,
              file.filename,
              bytes(file.size),
              file.status,
              time(file.created_at),
            ]),
          ),
      ),
    );
}

function upload(terminal: Terminal): Command {
  return new Command('put')
    .description('upload files; an upload that was interrupted goes on where it stopped')
    .argument('<files...>')
    .option('--name <name>', 'another name in the library (one file)')
    .option('--unit <id>', 'computing unit of mode 2, in whose account they are to lie')
    .option('-q, --quiet', 'no progress')
    .action(async (paths: string[], options: Options & { name?: string; unit?: string }) => {
      const brain = await brainFor(options);
      const put = uploader(brain, terminal, options.quiet ?? false, await storingUnit(brain, options));
      const files: DataFileView[] = [];
      for (const path of paths) {
        const name = options.name !== undefined && paths.length === 1 ? options.name : basename(path);
        const file = await put(path, name);
        files.push(file);
        if (!options.json) terminal.out(`${file.id}  ${file.filename}  ${bytes(file.size)}\n`);
      }
      if (options.json) terminal.out(`${JSON.stringify({ ok: true, files })}\n`);
    });
}

function fetchFile(terminal: Terminal): Command {
  return new Command('get')
    .description('download a file')
    .argument('<file>', 'id or name')
    .option('-o, --out <path>', 'where to write it (default: its name, here)')
    .option('-q, --quiet', 'no progress')
    .action(async (name: string, options: Options & { out?: string }) => {
      const progress = progressOn(terminal, options.quiet ?? false);
      await answer(
        terminal,
        options,
        async (brain) => {
          const file = await fileNamed(brain, name);
          const out = options.out ?? basename(file.filename);
          const size = await interruptible(terminal, progress, (signal) =>
            download(brain, file.link, out, {
              ...(file.sha256 !== undefined && { sha256: file.sha256 }),
              onProgress: progress.fraction,
              signal,
            }),
          );
          return { out, size };
        },
        ({ out, size }) => `${out}  ${bytes(size)}\n`,
      );
    });
}

function remove(terminal: Terminal): Command {
  return new Command('rm')
    .description('delete files from the server')
    .argument('<files...>', 'ids or names')
    .action((names: string[], options: ServerChoice) =>
      answer(
        terminal,
        options,
        async (brain) => {
          const files = [];
          for (const name of names) files.push(await fileNamed(brain, name));
          for (const { id } of files) await brain.call(endpoints.deleteFile, { params: { id } });
          return { deleted: files.map(({ id }) => id) };
        },
        ({ deleted }) => `${deleted.length} deleted\n`,
      ),
    );
}
