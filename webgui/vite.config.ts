import { existsSync } from 'node:fs';
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** `npm run dev -w webgui` talks to a server that runs already: MRO_SERVER, else the usual address. */
const server = process.env.MRO_SERVER ?? 'http://127.0.0.1:8080';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  define: {
    hasMode2Template: existsSync(join(import.meta.dirname, '../mode2-deployment/template-mode2.yaml')),
  },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2024',
    // Everything under this path has a hash in its name and never changes.
    assetsDir: 'assets',
    // Inlined files would need a looser Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 4000,
  },
  // Threads of Node are asked for by a part that no browser loads.
  worker: { format: 'es', rolldownOptions: { external: ['node:worker_threads'] } },
  server: { proxy: { '/api': server, '/health': server } },
});
