import { describe, expect, it } from 'vitest';
import { readThresholds } from './thresholds.js';

describe('readThresholds', () => {
  it('reads rules and numbers', () => {
    expect([...readThresholds('validation-scan:100, object-probing:2')]).toEqual([
      ['validation-scan', 100],
      ['object-probing', 2],
    ]);
  });

  it('takes the highest there is', () => {
    expect(readThresholds('validation-scan:10000').get('validation-scan')).toBe(10_000);
  });

  it.each([
    '',
    'validation-scan',
    'validation-scan:1',
    'validation-scan:0',
    'validation-scan:10001',
    'validation-scan:1e3',
    'validation-scan:-5',
    'no-such-rule:5',
    // An alarm however rarely it happens.
    'token-reuse:5',
    'validation-scan:5,validation-scan:6',
    'validation-scan:5,',
    'x validation-scan:5',
    'validation-scan:5x',
    'validation-scan:100000',
  ])('refuses %j', (text) => {
    expect(() => readThresholds(text)).toThrow(TypeError);
  });
});
