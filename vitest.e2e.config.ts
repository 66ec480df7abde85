import { defineConfig } from 'vitest/config';

/** The browser tests: one file at a time, since each serves a shop and times what it sees. `npm run e2e` finds the browser. */
export default defineConfig({
  test: {
    include: ['tests/e2e/**/*.{test,e2e}.ts'],
    testTimeout: 120_000,
    hookTimeout: 180_000,
    fileParallelism: false,
  },
});
