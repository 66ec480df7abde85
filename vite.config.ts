import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { contract } from './core/contract.ts';
import type { Contract } from './core/shared/procedure.ts';

/**
 * `virtual:topics`: which tables each query reads, taken from the contract at build time, so that the page's first load need not
 * carry every schema of the shop.
 */
function topics(): Plugin {
  const id = '\0virtual:topics';
  const map: Record<string, readonly string[]> = {};
  for (const [group, procedures] of Object.entries(contract as Contract)) {
    for (const [name, procedure] of Object.entries(procedures)) {
      if (procedure.kind === 'query') map[`${group}.${name}`] = procedure.topics;
    }
  }
  return {
    name: 'topics',
    resolveId: (source) => (source === 'virtual:topics' ? id : undefined),
    load: (source) => (source === id ? `export default ${JSON.stringify(map)}` : undefined),
  };
}

export default defineConfig({
  root: join(import.meta.dirname, 'renderer'),
  base: './',
  plugins: [react(), topics()],
  build: {
    outDir: join(import.meta.dirname, 'dist/renderer'),
    emptyOutDir: true,
    manifest: true,
    target: 'chrome130',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
  },
  server: { port: 4781, strictPort: true },
});
