import type { Problem } from './config-slice.js';

/** Every fault of the configuration at once, by variable and rule and never by value. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly Problem[]) {
    const lines = problems.map(({ variable, rule }) => `  ${variable} ${rule}`);
    super(`The configuration has ${problems.length} fault(s):\n${lines.join('\n')}`);
    this.name = 'ConfigError';
  }
}
