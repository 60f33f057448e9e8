// Loaded before the command: says on leaving how much memory the process had at its peak.
import { writeFileSync } from 'node:fs';

const file = process.env.MRO_BENCH_MEMORY;
process.on('exit', () => {
  if (file) writeFileSync(file, String(process.resourceUsage().maxRSS / 1024));
});
