import { cpus } from 'node:os';
import { brainRows } from './brain.ts';
import { cloudRows } from './cloud.ts';
import { fileRows } from './files.ts';
import { kernelRows } from './kernels.ts';
import { phantomRows } from './phantom.ts';
import { setUpRows } from './setUp.ts';
import { printTable, type Row } from './table.ts';
import { viewerRows } from './viewer.ts';
import { webRows } from './web.ts';

/**
 * `npm run bench [kernels|phantom|files|brain|web|setup|viewer|cloud …]`: everything side by side in one run; medians of
 * at least seven calls, the runs of whole files once each.
 */
const parts: Record<string, { title: string; rows: () => Promise<Row[]> }> = {
  kernels: { title: 'Kernels, one thread', rows: kernelRows },
  phantom: { title: 'One slice, from memory to maps, warm', rows: phantomRows },
  files: { title: 'Whole files, from disk to result bundle', rows: fileRows },
  brain: { title: 'A brain on this machine', rows: brainRows },
  web: { title: 'The web pages', rows: webRows },
  setup: { title: 'The page to set up jobs', rows: setUpRows },
  viewer: { title: 'Maps in a browser, drawn without a graphics card', rows: viewerRows },
  cloud: { title: 'The function of the cloud, on this machine', rows: cloudRows },
};

const asked = process.argv.slice(2);
console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}`);
for (const [name, { title, rows }] of Object.entries(parts)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  printTable(title, await rows());
}
