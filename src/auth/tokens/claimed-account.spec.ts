import { describe, expect, it } from 'vitest';
import { claimedAccount } from './claimed-account.js';

const tokenOf = (claims: unknown): string =>
  `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;

describe('the account that a refused token claims', () => {
  it('is the same for the same subject, and does not repeat it', () => {
    const account = claimedAccount(tokenOf({ sub: 'alice', jti: '1' }));

    expect(account).toMatch(/^subject:[A-Za-z0-9_-]{16}$/);
    expect(account).not.toContain('alice');
    expect(claimedAccount(tokenOf({ sub: 'alice', jti: '2' }))).toBe(account);
    expect(claimedAccount(tokenOf({ sub: 'bob' }))).not.toBe(account);
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
    expect(claimedAccount(token)).toBeNull();
  });
});
