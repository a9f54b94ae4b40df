import { describe, expect, it } from 'vitest';
import { decideAccess } from './access-policy.js';

const holding = (scopes: string[], roles: string[] = []) => ({
  subject: 'user-1',
  tenantId: 'acme',
  clientId: null,
  credentialId: null,
  issuedAtSeconds: 0,
  scopes: new Set(scopes),
  roles: new Set(roles),
});

describe('a route that states no policy', () => {
  it.each([undefined, { scopes: [], roles: [] }])('is closed to everybody (%j)', (policy) => {
    const mighty = holding(['customers:read', 'customers:write'], ['admin']);

    expect(decideAccess(mighty, policy)).toEqual({ allowed: false, reason: 'no_policy' });
  });
});

describe('a route with scopes', () => {
  const policy = { scopes: ['read', 'write'], roles: [] };

  it('is open to a caller with all of them, and more', () => {
    expect(decideAccess(holding(['write', 'other', 'read']), policy)).toEqual({ allowed: true });
  });

  it.each([[['read']], [['write']], [[]], [['READ', 'write']], [['read write']], [['readwrite']]])(
    'is closed to a caller with %j',
    (scopes) => {
      expect(decideAccess(holding(scopes), policy)).toEqual({ allowed: false, reason: 'scope' });
    },
  );

  it('does not take a role for a scope', () => {
    expect(decideAccess(holding([], ['read', 'write']), policy)).toEqual({ allowed: false, reason: 'scope' });
  });
});

describe('a route with roles', () => {
  const policy = { scopes: [], roles: ['admin', 'auditor'] };

  it('is open to a caller with one of them', () => {
    expect(decideAccess(holding([], ['auditor']), policy)).toEqual({ allowed: true });
  });

  it.each([[[]], [['Admin']], [['user']]])('is closed to a caller with %j', (roles) => {
    expect(decideAccess(holding(['admin'], roles), policy)).toEqual({ allowed: false, reason: 'role' });
  });
});

describe('a route that changes something', () => {
  const readOnly = { ...holding(['write'], ['admin']), isReadOnly: true };

  it.each([
    { scopes: ['write'], roles: [] },
    { scopes: [], roles: ['admin'] },
    { scopes: [], roles: [], isForEveryCaller: true },
  ])('[P6.3] is closed to a credential that may only read, whatever else it holds (%j)', (policy) => {
    const changing = { ...policy, changesSomething: true };

    expect(decideAccess(readOnly, changing)).toEqual({ allowed: false, reason: 'read_only' });
    expect(decideAccess({ ...readOnly, isReadOnly: false }, changing)).toEqual({ allowed: true });
    expect(decideAccess(readOnly, policy)).toEqual({ allowed: true });
  });
});

describe('a route with both', () => {
  const policy = { scopes: ['read'], roles: ['admin'] };

  it.each([
    [['read'], ['admin'], { allowed: true }],
    [['read'], [], { allowed: false, reason: 'role' }],
    [[], ['admin'], { allowed: false, reason: 'scope' }],
    [[], [], { allowed: false, reason: 'role' }],
  ])('decides about the scopes %j and the roles %j', (scopes, roles, decision) => {
    expect(decideAccess(holding(scopes, roles), policy)).toEqual(decision);
  });
});
