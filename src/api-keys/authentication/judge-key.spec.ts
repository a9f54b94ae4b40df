import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { KeyRing } from '../../platform/crypto/key-ring.js';
import type { ApiKey } from '../api-key.js';
import { hashSecret } from '../secret/key-hash.js';
import { judgeKey, type KeyVerdict, type Presentation } from './judge-key.js';

const PEPPERS = new KeyRing(`a:${randomBytes(32).toString('base64')}`);
const NOW = new Date('2027-01-01T00:00:00Z');
const [BEFORE, LATER, LATEST] = ['2026-12-31', '2027-01-02', '2027-02-01'].map((day) => new Date(day)) as [
  Date,
  Date,
  Date,
];

const aKey = (parts: Partial<ApiKey> = {}): ApiKey => ({
  id: 'key-1',
  tenantId: 'acme',
  owner: 'alice',
  parentId: null,
  name: 'a key',
  scopes: [],
  isReadOnly: false,
  allowedNetworks: [],
  ratePlan: 'standard',
  lifetimeDays: 30,
  current: hashSecret('key-1', 'new', PEPPERS),
  expiresAt: LATEST,
  previous: null,
  createdAt: BEFORE,
  rotatedAt: null,
  revokedAt: null,
  lastUsedAt: null,
  useCount: 0,
  busiestMinute: 0,
  ...parts,
});

const previous = (expiresAt: Date) => ({ ...hashSecret('key-1', 'old', PEPPERS), expiresAt });

const judge = (key: ApiKey, presentation: Partial<Presentation> = {}): KeyVerdict =>
  judgeKey(key, { secret: 'new', address: '203.0.113.7', now: NOW, ...presentation }, PEPPERS);

const refused = (reason: string) => ({ ok: false, reason });

describe('a key', () => {
  it('is good with its secret, until its end', () => {
    expect(judge(aKey())).toEqual({ ok: true, expiresAt: LATEST, isSuperseded: false });
  });

  it('is refused in the very moment of its end', () => {
    expect(judge(aKey({ expiresAt: NOW }))).toEqual(refused('api_key_expired'));
    expect(judge(aKey({ expiresAt: new Date(NOW.getTime() + 1) })).ok).toBe(true);
  });

  it('is unknown with another secret, before anything else is said about it', () => {
    for (const state of [{}, { revokedAt: BEFORE }, { expiresAt: BEFORE }, { allowedNetworks: ['::1'] }]) {
      expect(judge(aKey(state), { secret: 'guessed' })).toEqual(refused('api_key_unknown'));
    }
  });

  it('is refused once revoked, whichever secret comes and however long it had', () => {
    const key = aKey({ revokedAt: BEFORE, previous: previous(LATER) });

    expect(judge(key)).toEqual(refused('api_key_revoked'));
    expect(judge(key, { secret: 'old' })).toEqual(refused('api_key_revoked'));
  });

  it('is refused from another network', () => {
    const key = aKey({ allowedNetworks: ['203.0.113.0/24'] });

    expect(judge(key).ok).toBe(true);
    expect(judge(key, { address: '198.51.100.7' })).toEqual(refused('api_key_network'));
  });
});

describe('the secret before the last rotation', () => {
  it('is good until its own end, and called superseded', () => {
    const key = aKey({ previous: previous(LATER) });

    expect(judge(key, { secret: 'old' })).toEqual({ ok: true, expiresAt: LATER, isSuperseded: true });
    expect(judge(key)).toEqual({ ok: true, expiresAt: LATEST, isSuperseded: false });
  });

  it('is refused after its end, when the new one is still good', () => {
    const key = aKey({ previous: previous(NOW) });

    expect(judge(key, { secret: 'old' })).toEqual(refused('api_key_expired'));
    expect(judge(key).ok).toBe(true);
  });
});
