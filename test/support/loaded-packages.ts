import type { Environment } from '../../src/platform/config/configuration.js';

const MARK = 'loaded package: ';

/** Runs in a process before anything else, and names every package once, as soon as a file of it is loaded. */
const TELLS = `
  import { registerHooks } from 'node:module';
  const told = new Set();
  registerHooks({
    load(url, context, next) {
      const name = /.*\\/node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(url)?.[1];
      if (name !== undefined && !told.has(name)) {
        told.add(name);
        process.stderr.write('${MARK}' + name + '\\n');
      }
      return next(url, context);
    },
  });`;

/** With it a process of Node tells which packages it loads. */
export const TELLING_PACKAGES: Environment = {
  NODE_OPTIONS: `--import=data:text/javascript;base64,${Buffer.from(TELLS).toString('base64')}`,
};

/** What such a process has told, in its output. */
export function loadedPackages(output: string): string[] {
  return output
    .split('\n')
    .filter((line) => line.startsWith(MARK))
    .map((line) => line.slice(MARK.length));
}
