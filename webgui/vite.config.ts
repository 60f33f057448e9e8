import { existsSync } from 'node:fs';
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { unusedStyles } from './unusedStyles.ts';

/** `npm run dev -w webgui` talks to a server that runs already: MRO_SERVER, else the usual address. */
const server = process.env.MRO_SERVER ?? 'http://127.0.0.1:8080';

/** Mantine's components that every page has: one file instead of fifty, each of which would cost a request. */
const everywhere =
  'ActionIcon|Alert|Anchor|AppShell|Badge|Burger|Button|Card|Checkbox|CloseButton|Code|Container|Divider|' +
  'Flex|Floating|FocusTrap|Group|Input|InputBase|InlineInput|Loader|Menu|Overlay|Paper|Popover|' +
  'Portal|Progress|ScrollArea|SimpleGrid|Stack|Table|Text|TextInput|Title|Tooltip|Transition|' +
  'UnstyledButton|VisuallyHidden';

/** What is loaded together, from what changes least to what changes most. */
const groups = [
  { name: 'react', test: /node_modules\/(react|react-dom|scheduler|use-sync-external-store)\//, priority: 9 },
  { name: 'data', test: /node_modules\/(@tanstack|zod)\/|packages\/contract\//, priority: 8 },
  {
    name: 'controls',
    test: new RegExp(
      `node_modules/(@mantine/(core/esm/(core|components/(${everywhere}))/|hooks|store)|@floating-ui|clsx)`,
    ),
    priority: 7,
  },
  {
    name: 'dialogues',
    test: /node_modules\/(@mantine\/core\/esm\/components\/(Modal|ModalBase|Drawer|RemoveScroll)\/|react-remove-scroll|react-style-singleton|use-callback-ref|use-sidecar|tslib|get-nonce)/,
    priority: 6,
  },
  {
    name: 'choices',
    test: /@mantine\/core\/esm\/components\/(Combobox|Select|Autocomplete|MultiSelect)\//,
    priority: 6,
  },
  { name: 'icons', test: /node_modules\/@tabler\//, priority: 6 },
  {
    name: 'frame',
    test: /webgui\/src\/(shell|session\/[a-z]|components|queries|strings\/(common|shell|upload|about))/,
    priority: 5,
  },
];

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), unusedStyles()],
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
    rolldownOptions: { output: { codeSplitting: { groups } } },
  },
  // Threads of Node are asked for by a part that no browser loads.
  worker: { format: 'es', rolldownOptions: { external: ['node:worker_threads'] } },
  server: { proxy: { '/api': server, '/health': server } },
});
