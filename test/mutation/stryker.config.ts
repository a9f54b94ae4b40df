import type { Stryker } from '@stryker-mutator/core';
import { CORES } from './cores.ts';

/* Every change of a core that no unit test notices is a gap in the tests, or a line that does nothing. */

const config: NonNullable<ConstructorParameters<typeof Stryker>[0]> = {
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'test/mutation/vitest.config.ts', related: true },
  mutate: [...CORES],
  ignorePatterns: ['**', '!src/**', '!test/support/**', '!test/mutation/**', '!*.json', '!vitest.config.ts'],
  tempDirName: '.mutation/sandboxes',
  // For `--incremental`, of which a score is not to be read: it does not try a static mutant again with a new test.
  incrementalFile: '.mutation/incremental.json',
  reporters: ['clear-text', 'json', 'html'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: '.mutation/report.json' },
  htmlReporter: { fileName: '.mutation/report.html' },
  concurrency: 2,
  // A little below docs/MUTATION.md, because a slow machine ends some tests too early and others too late.
  thresholds: { high: 97, low: 93, break: 93 },
};

export default config;
