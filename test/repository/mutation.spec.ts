import { describe, expect, it } from 'vitest';
import { CORES } from '../mutation/cores.js';
import config from '../mutation/stryker.config.js';
import { exists, read } from './repository.js';

describe('the cores that are mutated', () => {
  it('are there, each once, in order', () => {
    expect(CORES.filter((file) => !exists(file))).toEqual([]);
    expect([...new Set(CORES)].toSorted()).toEqual(CORES);
  });

  it('all stand in the document, with what they reached', () => {
    const rows = [...read('docs/MUTATION.md').matchAll(/^\| `(?<file>src\/[^`]+)` /gm)];

    expect(rows.map(({ groups }) => groups?.['file'])).toEqual(CORES);
  });

  it('may not get worse unseen: less than the document says stops the command', () => {
    const [, score = ''] = /\*\*(?<score>\d+\.\d) %\*\*/.exec(read('docs/MUTATION.md')) ?? [];
    const threshold = config.thresholds?.break ?? 0;

    expect(threshold).toBeLessThan(Number(score));
    expect(threshold).toBeGreaterThan(Number(score) - 3);
  });
});
