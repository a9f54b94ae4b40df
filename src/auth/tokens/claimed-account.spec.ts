import { describe, expect, it } from 'vitest';
import { claimedAccount } from './claimed-account.js';

const KEY = Buffer.alloc(32, 1);

const tokenOf = (claims: unknown): string =>
  `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;

describe('the account that a refused token claims', () => {
  it('is the same for the same subject, and does not repeat it', () => {
    const account = claimedAccount(tokenOf({ sub: 'alice', jti: '1' }), KEY);

    expect(account).toMatch(/^subject:[A-Za-z0-9_-]{16}$/);
    expect(account).not.toContain('alice');
    expect(claimedAccount(tokenOf({ sub: 'alice', jti: '2' }), KEY)).toBe(account);
    expect(claimedAccount(tokenOf({ sub: 'bob' }), KEY)).not.toBe(account);
    expect(claimedAccount(tokenOf({ sub: 'alice' }), Buffer.alloc(32, 2))).not.toBe(account);
  });

  it.each([
    '',
    'x',
    'a.b.c',
    'a.bnVsbA.c',
    tokenOf({ sub: 7 }),
    tokenOf({ sub: '' }),
    tokenOf([]),
    '..',
    'a.%%.c',
  ])('is nobody for %j', (token) => {
    expect(claimedAccount(token, KEY)).toBeNull();
  });
});
