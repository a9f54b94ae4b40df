import { defineConfig } from 'vitest/config';

/** Where every outcome is written down besides, so that other programs read it instead of running the tests again. */
const report = process.env['TEST_REPORT'];

export default defineConfig({
  test: {
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/**/*.spec.ts', 'bench/**/*.spec.ts'],
          setupFiles: ['test/support/metadata.ts'],
        },
      },
      {
        test: {
          name: 'repository',
          include: ['test/repository/**/*.spec.ts'],
          setupFiles: ['test/support/metadata.ts'],
          testTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'practices',
          include: [
            'test/practices/**/*.e2e-spec.ts',
            'test/customers/**/*.e2e-spec.ts',
            'test/platform/**/*.e2e-spec.ts',
          ],
          setupFiles: ['test/support/metadata.ts'],
          globalSetup: ['test/support/servers.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'dev',
          include: ['test/dev/**/*.e2e-spec.ts'],
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
