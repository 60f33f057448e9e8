// Writes docs/errors.md from the error catalogue; with --check only says whether it is current.
// Runs on Node 24, whose type stripping reads the catalogue as it is.
import { readFile, writeFile } from 'node:fs/promises';
import { errorCatalogue } from '../packages/contract/src/errors.ts';

const page = new URL('../docs/errors.md', import.meta.url);

const areas = {
  MRO_TASK_: 'Requests',
  MRO_JOB_: 'Running a job',
  MRO_RAW_: 'Reading raw files',
  MRO_SNR_: 'The science',
  MRO_BUNDLE_: 'Results',
  MRO_CLI_: 'The command line',
  MRO_BRAIN_: 'The server',
  MRO_: 'Anything else',
};

/** The page: one table per area, codes in alphabetical order. */
export function errorsPage() {
  const left = new Set(Object.keys(errorCatalogue).sort());
  const sections = [];
  for (const [prefix, title] of Object.entries(areas)) {
    const codes = [...left].filter((code) => code.startsWith(prefix));
    if (codes.length === 0) continue;
    const rows = codes.map((code) => {
      left.delete(code);
      const { status, meaning, hint } = errorCatalogue[code];
      return `| \`${code}\` | ${status} | ${meaning} | ${hint} |`;
    });
    sections.push(
      [`## ${title}`, '', '| code | HTTP | what it means | what to do |', '|---|---|---|---|', ...rows].join(
        '\n',
      ),
    );
  }
  return `# Errors

Every error has a stable code, a message that says what happened in this case, and a hint. The hint of a
case can be more precise than the one given here. This page is generated from
\`packages/contract/src/errors.ts\` by \`node scripts/errors.mjs\`.

${sections.join('\n\n')}
`;
}

if (import.meta.main) {
  const wanted = errorsPage();
  if (process.argv.includes('--check')) {
    const current = await readFile(page, 'utf8').catch(() => '');
    if (current !== wanted) {
      console.error('docs/errors.md is not current: run "npx node scripts/errors.mjs".');
      process.exitCode = 1;
    }
  } else {
    await writeFile(page, wanted);
    console.log('docs/errors.md written.');
  }
}
