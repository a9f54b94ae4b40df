import { describe, expect, it } from 'vitest';
import type { Principal } from '../../auth/principal.js';
import type { Containment } from './containment.js';
import { ContainmentList } from './containment-list.js';

const NOW = Date.parse('2026-12-01T12:00:00Z');

const containment = (changes: Partial<Containment>): Containment => ({
  id: 'c-1',
  kind: 'subject',
  tenantId: 'acme',
  value: 'user-1',
  notBefore: null,
  expiresAt: null,
  ...changes,
});

const caller = (changes: Partial<Principal> = {}): Principal => ({
  subject: 'user-1',
  tenantId: 'acme',
  clientId: 'shop',
  credentialId: 'k-1',
  issuedAtSeconds: NOW / 1000,
  scopes: new Set(),
  roles: new Set(),
  ...changes,
});

const isContained = (changes: Partial<Containment>, who: Principal = caller()): boolean =>
  new ContainmentList([containment(changes)]).findAgainst(who, NOW) !== undefined;

const isBlocked = (value: string, address: string, expiresAt: Date | null = null): boolean => {
  const block = containment({ kind: 'address', tenantId: null, value, expiresAt });
  return new ContainmentList([block]).findAgainstAddress(address, NOW) !== undefined;
};

describe('a caller', () => {
  it.each([
    ['subject', 'user-1'],
    ['client', 'shop'],
    ['api_key', 'k-1'],
  ] as const)('is found by its %s', (kind, value) => {
    expect(isContained({ kind, value })).toBe(true);
  });

  it.each([
    ['of another tenant', { tenantId: 'globex' }],
    ['with another name', { value: 'user-2' }],
    ['whose client has the name', { kind: 'client' }],
    ['whose subject has the name of a key', { kind: 'api_key' }],
  ] as const)('%s is let in', (_who, changes) => {
    expect(isContained(changes)).toBe(false);
  });

  it('is refused with what was issued before, and not with what was issued then or later', () => {
    const notBefore = new Date(NOW);

    expect(isContained({ notBefore }, caller({ issuedAtSeconds: NOW / 1000 - 0.001 }))).toBe(true);
    expect(isContained({ notBefore })).toBe(false);
  });

  it('is refused by the strictest of several containments', () => {
    const list = new ContainmentList([containment({ notBefore: new Date(0) }), containment({ id: 'c-2' })]);

    expect(list.findAgainst(caller(), NOW)?.id).toBe('c-2');
  });

  it('is let in from the moment on at which a containment ends', () => {
    expect(isContained({ expiresAt: new Date(NOW + 1) })).toBe(true);
    expect(isContained({ expiresAt: new Date(NOW) })).toBe(false);
  });
});

describe('a caller without client and credential', () => {
  const nameless = caller({ clientId: null, credentialId: null });

  it.each([
    ['client', 'null'],
    ['api_key', 'null'],
    ['client', 'shop'],
  ] as const)('is not the %s called %s', (kind, value) => {
    expect(isContained({ kind, value }, nameless)).toBe(false);
  });

  it('is found by its subject', () => {
    expect(isContained({}, nameless)).toBe(true);
  });
});

describe('what keeps out', () => {
  it('blocks an address only as an address, and a caller only as a caller', () => {
    const list = new ContainmentList([
      containment({ id: 'c-1', value: '198.51.100.7' }),
      containment({ id: 'c-2', kind: 'address', tenantId: null, value: '203.0.113.0/24' }),
      containment({ id: 'c-3', kind: 'address', tenantId: null, value: '192.0.2.1' }),
    ]);

    expect(list.findAgainstAddress('198.51.100.7', NOW)).toBeUndefined();
    expect(list.findAgainstAddress('203.0.113.9', NOW)?.id).toBe('c-2');
    expect(list.findAgainstAddress('192.0.2.1', NOW)?.id).toBe('c-3');
    expect(list.findAgainst(caller(), NOW)).toBeUndefined();
    expect(list.findAgainst(caller({ subject: '198.51.100.7' }), NOW)?.id).toBe('c-1');
  });

  it('of an address holds as long as one block of it does', () => {
    const block = { kind: 'address', tenantId: null, value: '203.0.113.0/24' } as const;
    const list = new ContainmentList([
      containment({ ...block, id: 'over', expiresAt: new Date(NOW) }),
      containment({ ...block, id: 'in force', value: '203.0.113.7' }),
    ]);

    expect(list.findAgainstAddress('203.0.113.7', NOW)?.id).toBe('in force');
    expect(list.findAgainstAddress('203.0.113.8', NOW)).toBeUndefined();
  });
});

describe('an address', () => {
  it.each([
    ['198.51.100.7', '198.51.100.7'],
    ['198.51.100.0/24', '198.51.100.7'],
    ['198.51.100.0/24', '::ffff:198.51.100.7'],
    ['2001:db8::/32', '2001:DB8:1::7'],
  ])('in %s is blocked: %s', (network, address) => {
    expect(isBlocked(network, address)).toBe(true);
  });

  it.each([
    ['198.51.100.7', '198.51.100.8'],
    ['2001:db8::/32', '198.51.100.7'],
    ['198.51.100.0/24', 'unknown'],
  ])('outside %s is not: %s', (network, address) => {
    expect(isBlocked(network, address)).toBe(false);
  });

  it('is not blocked any more when the time is over, or when nobody is', () => {
    expect(isBlocked('198.51.100.7', '198.51.100.7', new Date(NOW))).toBe(false);
    expect(new ContainmentList([]).findAgainstAddress('198.51.100.7', NOW)).toBeUndefined();
  });
});
