import { describe, expect, it } from 'vitest';
import { readTarget, TARGET_PATTERN, targetText } from './notice-contact.js';

describe('a target', () => {
  it.each([
    ['tenant', 'tenant', ''],
    ['api_key:0123456789abcdefghijAB', 'api_key', '0123456789abcdefghijAB'],
    ['client:https://app.example/id', 'client', 'https://app.example/id'],
    ['subject:auth0|a b', 'subject', 'auth0|a b'],
    [`subject:${'s'.repeat(255)}`, 'subject', 's'.repeat(255)],
  ])('is written and read as %s', (text, kind, reference) => {
    expect(TARGET_PATTERN.test(text)).toBe(true);
    expect(readTarget(text)).toEqual({ kind, reference });
    expect(targetText(readTarget(text))).toBe(text);
  });

  it.each([
    '',
    'tenant:',
    'tenant:acme',
    'subject',
    'subject:',
    'subject: a',
    'subject:a ',
    'subject:a\r\nBcc: b',
    'subject:a\n',
    'subject:ä',
    'key:a',
    'Tenant',
    `subject:${'s'.repeat(256)}`,
  ])('is not %j', (text) => {
    expect(TARGET_PATTERN.test(text)).toBe(false);
  });
});
