import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      'core/**/*.test.ts',
      'server/**/*.test.ts',
      'electron/**/*.test.ts',
      'renderer/**/*.test.{ts,tsx}',
      'scripts/**/*.test.ts',
      'tests/**/*.test.ts',
    ],
    exclude: ['tests/e2e/**', 'node_modules/**'],
    testTimeout: 30_000,
    // Nothing of ours lives in a module but what is compiled once: files may share it, which spares each of them loading the application.
    isolate: false,
    // Many tests wait for a Postgres, a process or a socket: on a small machine one more runs meanwhile.
    maxWorkers: Math.max(3, availableParallelism()),
  },
});
