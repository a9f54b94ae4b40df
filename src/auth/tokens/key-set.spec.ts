import { generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readKeySet } from './key-set.js';

const rsa = (modulusLength: number): JsonWebKey =>
  jwk(generateKeyPairSync('rsa', { modulusLength }).publicKey);
const jwk = (key: KeyObject): JsonWebKey => key.export({ format: 'jwk' });

const RSA = rsa(2048);
const EC = jwk(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey);
const ED25519 = jwk(generateKeyPairSync('ed25519', {}).publicKey);

const idsOf = (...keys: unknown[]): string[] => [...readKeySet({ keys }, 2048).keys()];

describe('readKeySet', () => {
  it('binds a key to an algorithm only where the issuer names one', () => {
    const found = readKeySet({ keys: [{ ...EC, kid: 'ec', alg: 7 }] }, 2048);

    expect(found.get('ec')?.algorithm).toBeUndefined();
  });

  it('finds RSA and EC keys by their ids', () => {
    const keys = [
      { ...RSA, kid: 'rsa', use: 'sig', alg: 'RS256' },
      { ...EC, kid: 'ec' },
    ];

    const found = readKeySet({ keys }, 2048);

    expect([...found.keys()]).toEqual(['rsa', 'ec']);
    expect(found.get('rsa')).toMatchObject({ keyId: 'rsa', algorithm: 'RS256' });
    expect(found.get('rsa')?.key.asymmetricKeyType).toBe('rsa');
    expect(found.get('ec')).toMatchObject({ keyId: 'ec', algorithm: undefined });
  });

  it('keeps only the public half of a key that was published whole by mistake', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

    const found = readKeySet({ keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'whole' }] }, 2048);

    expect(found.get('whole')?.key.type).toBe('public');
  });

  it.each([
    ['for encryption', { ...RSA, kid: 'a', use: 'enc' }],
    ['without an id', RSA],
    ['with an id that is no text', { ...RSA, kid: 7 }],
    ['that is symmetric', { kty: 'oct', kid: 'a', k: 'c2VjcmV0' }],
    ['of a kind that we do not use', { kty: 'OKP', kid: 'a', crv: 'Ed25519', x: 'AAAA' }],
    ['of a kind that Node knows and we do not use', { ...ED25519, kid: 'a' }],
    ['of a kind from the future', { kty: 'LATTICE', kid: 'a' }],
    ['that is damaged', { ...EC, kid: 'a', x: 'AAAA' }],
    ['on an unknown curve', { ...EC, kid: 'a', crv: 'P-0' }],
    ['of 1024 bits', { ...rsa(1024), kid: 'a' }],
    ['that is null', null],
    ['that is text', 'key'],
  ])('passes over a key %s, and keeps the others', (_kind, key) => {
    expect(idsOf(key, { ...EC, kid: 'good' })).toEqual(['good']);
  });

  it('passes over RSA keys that are shorter than whoever operates it wants', () => {
    const keys = [
      { ...RSA, kid: 'short' },
      { ...rsa(3072), kid: 'long' },
      { ...EC, kid: 'ec' },
    ];

    expect([...readKeySet({ keys }, 3072).keys()]).toEqual(['long', 'ec']);
  });

  it('is empty for an empty set', () => {
    expect(idsOf()).toEqual([]);
  });

  it.each([null, undefined, 'keys', 7, [], {}, { keys: null }, { keys: {} }, { keys: 'none' }])(
    'refuses %j, which is no key set',
    (document) => {
      expect(() => readKeySet(document, 2048)).toThrow('not a JWK set');
    },
  );
});
