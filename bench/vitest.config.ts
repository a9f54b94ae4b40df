import { defineConfig } from 'vitest/config';

/** Benchmarks run alone and one after the other, never as part of the tests. */
export default defineConfig({
  test: {
    include: ['bench/**/*.bench.ts'],
    setupFiles: ['test/support/metadata.ts'],
    globalSetup: ['test/support/servers.ts'],
    fileParallelism: false,
    testTimeout: 3_600_000,
    hookTimeout: 60_000,
  },
});
