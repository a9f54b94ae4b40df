import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { fingerprintOf, parseIdempotencyKey, storedId } from './request-identity.js';

const SECRET = randomBytes(32);
const OWNER = { tenantId: 'acme', subject: 's', clientId: 'c', method: 'POST', route: '/v2/customers' };

describe('the header', () => {
  it.each(['8e03978e-40d5-43dd-bc93-6894a57f9324', 'abcdefgh', 'x'.repeat(128), "!#$%&'()*+,-./"])(
    'holds %s, bare or quoted',
    (key) => {
      expect(parseIdempotencyKey(key)).toBe(key);
      expect(parseIdempotencyKey(`"${key}"`)).toBe(key);
    },
  );

  it.each([
    '',
    '""',
    'short',
    '"abcdefgh',
    'abcdefgh"',
    'abcd efgh',
    'abcd\\efgh',
    'äbcdefgh',
    'x'.repeat(129),
    'a, b, c, d',
  ])('does not hold a key in %j', (header) => {
    expect(parseIdempotencyKey(header)).toBeUndefined();
  });
});

describe('the stored id', () => {
  it('is a UUID of version 8, the same for the same key of the same owner', () => {
    const id = storedId('key', OWNER, SECRET);

    expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    expect(storedId('key', { ...OWNER }, SECRET)).toBe(id);
  });

  it.each([
    ['tenant', { tenantId: 'globex' }],
    ['subject', { subject: 't' }],
    ['client', { clientId: null }],
    ['method', { method: 'PUT' }],
    ['route', { route: '/v1/customers' }],
  ])('differs with the %s', (_what, other) => {
    expect(storedId('key', { ...OWNER, ...other }, SECRET)).not.toBe(storedId('key', OWNER, SECRET));
  });

  it('differs with the key and with the secret', () => {
    const ids = [
      storedId('a', OWNER, SECRET),
      storedId('b', OWNER, SECRET),
      storedId('a', OWNER, randomBytes(32)),
    ];

    expect(new Set(ids).size).toBe(3);
  });
});

describe('the fingerprint', () => {
  const same = (left: unknown, right: unknown): boolean =>
    fingerprintOf(left, SECRET) === fingerprintOf(right, SECRET);

  it('does not depend on the order of members, at any depth', () => {
    expect(same({ a: 1, b: { c: 2, d: 3 } }, { b: { d: 3, c: 2 }, a: 1 })).toBe(true);
  });

  it.each([
    ['a value', { a: 1 }, { a: 2 }],
    ['a type', { a: 1 }, { a: '1' }],
    ['a name', { a: 1 }, { b: 1 }],
    ['null and absence', { a: null }, {}],
    ['the order of a list', [1, 2], [2, 1]],
    ['a list and an object', ['x'], { 0: 'x' }],
  ])('tells %s apart', (_what, left, right) => {
    expect(same(left, right)).toBe(false);
  });
});
