import { describe, expect, it } from 'vitest';
import type { DetectionRule } from '../../src/monitoring/detection/detection-rule.js';
import { DETECTION_RULES } from '../../src/monitoring/detection/detection-rules.js';
import { read } from './repository.js';

/** Documentation of the rules is written from them, by `npm run docs:detection`; here it is only compared. */
const BLOCK = /<!-- detection -->\n[\s\S]*?<!-- end of detection -->/;

const UNITS = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'min'],
] as const;

function duration(seconds: number): string {
  const [size, unit] = UNITS.find(([length]) => seconds % length === 0) ?? [1, 's'];
  return `${seconds / size} ${unit}`;
}

function row({ id, title, severity, threshold, windowSeconds, cooldownSeconds }: DetectionRule): string {
  const window = threshold === 1 ? 'at once' : duration(windowSeconds);
  const runbook = `[${id}](runbooks/${id}.md)`;
  return `| ${runbook} | ${title} | ${threshold} | ${window} | ${duration(cooldownSeconds)} | ${severity} |`;
}

describe('the documentation of detection', () => {
  it('has every rule with its threshold, window, cool-down, severity and runbook', async () => {
    const table = [
      '| Rule and runbook | What it is | Threshold | Window | Cool-down | Severity |',
      '| --- | --- | --- | --- | --- | --- |',
      ...DETECTION_RULES.map(row),
    ].join('\n');
    const block = `<!-- detection -->\n\n${table}\n\n<!-- end of detection -->`;

    await expect(read('docs/DETECTION.md').replace(BLOCK, block)).toMatchFileSnapshot(
      '../../docs/DETECTION.md',
    );
  });

  it('names each rule once', () => {
    const ids = DETECTION_RULES.map(({ id }) => id);

    expect(ids.length).toBeGreaterThan(10);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
