import { defineConfig, mergeConfig } from 'vitest/config';
import everything from '../../vitest.config.ts';

/* The unit tests alone, as the one configuration of Vitest describes them. */

const unit = (everything.test?.projects ?? []).find(
  (project) => typeof project === 'object' && 'test' in project && project.test?.name === 'unit',
);

export default mergeConfig(
  unit as object,
  // Counting which line ran makes loops slow; what hangs is Stryker's to end.
  defineConfig({ test: { testTimeout: 60_000 } }),
);
