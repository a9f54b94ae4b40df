import { describe, expect, it } from 'vitest';
import { excessOf, type Privileges, type WantedPrivileges } from './privileges.js';

const PERSON: Privileges = {
  scopes: new Set(['a:read', 'a:write']),
  allowedNetworks: [],
  isReadOnly: false,
  expiresAt: null,
  ratePlan: 'standard',
};
const KEY: Privileges = { ...PERSON, allowedNetworks: ['10.0.0.0/8'], expiresAt: new Date(1000) };

const WANTED: WantedPrivileges = {
  scopes: ['a:read'],
  allowedNetworks: ['10.1.0.0/16'],
  isReadOnly: false,
  expiresAt: new Date(1000),
  ratePlan: 'standard',
};

describe('a key', () => {
  it('[P6.3] may have what its creator has', () => {
    expect(excessOf(WANTED, PERSON)).toEqual([]);
    expect(excessOf(WANTED, KEY)).toEqual([]);
    expect(excessOf({ ...WANTED, isReadOnly: true }, { ...KEY, isReadOnly: true })).toEqual([]);
    expect(excessOf({ ...WANTED, ratePlan: 'high' }, { ...PERSON, ratePlan: null })).toEqual([]);
  });

  it.each<[string, Partial<WantedPrivileges>, Privileges]>([
    ['scopes', { scopes: ['a:read', 'b:read'] }, PERSON],
    ['allowedNetworks', { allowedNetworks: [] }, KEY],
    ['allowedNetworks', { allowedNetworks: ['10.1.0.0/16', '11.0.0.0/16'] }, KEY],
    ['allowedNetworks', { allowedNetworks: ['0.0.0.0/0'] }, KEY],
    ['isReadOnly', {}, { ...KEY, isReadOnly: true }],
    ['expiresAt', { expiresAt: new Date(1001) }, KEY],
    ['ratePlan', { ratePlan: 'high' }, PERSON],
  ])('[P6.3] may not have more of its %s', (part, wanted, own) => {
    expect(excessOf({ ...WANTED, ...wanted }, own)).toEqual([part]);
  });
});
