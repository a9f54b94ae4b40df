import { describe, expect, it } from 'vitest';
import type { RecentCalls } from './deprecated-callers.js';
import { planNotices, type TenantContact } from './plan-notices.js';

const aCall = (changes: Partial<RecentCalls> = {}): RecentCalls => ({
  tenantId: 'acme',
  method: 'GET',
  route: '/v1/customers',
  keyId: 'key-1',
  clientId: 'client-1',
  subject: 'user-1',
  count: 1,
  lastSeenAt: new Date('2026-03-01T12:00:00Z'),
  ...changes,
});
const contact = (
  kind: TenantContact['kind'],
  reference: string,
  email: string,
  tenantId = 'acme',
): TenantContact => ({ tenantId, kind, reference, email });

const TENANT = contact('tenant', '', 'all@acme.example');
const SUBJECT = contact('subject', 'user-1', 'subject@acme.example');
const CLIENT = contact('client', 'client-1', 'client@acme.example');
const KEY = contact('api_key', 'key-1', 'key@acme.example');

const recipientsOf = (calls: RecentCalls[], contacts: TenantContact[]): string[] =>
  planNotices(calls, contacts).audiences.map(({ recipient }) => recipient);

describe('who is told', () => {
  it.each([
    [[TENANT], TENANT],
    [[TENANT, SUBJECT], SUBJECT],
    [[CLIENT, TENANT, SUBJECT], CLIENT],
    [[SUBJECT, CLIENT, TENANT, KEY], KEY],
  ])('is the most specific contact', (contacts, { email }) => {
    expect(recipientsOf([aCall()], contacts)).toEqual([email]);
  });

  it('is never the contact of another tenant, of another kind, or of a client without a name', () => {
    const others = [
      contact('tenant', '', 'all@globex.example', 'globex'),
      contact('api_key', 'key-1', 'key@globex.example', 'globex'),
      contact('subject', 'key-1', 'odd@acme.example'),
      contact('api_key', 'client-1', 'odd@acme.example'),
    ];

    expect(planNotices([aCall()], others)).toEqual({ audiences: [], unaddressed: [aCall()] });
    expect(recipientsOf([aCall({ keyId: '', clientId: '', subject: '' })], [KEY, CLIENT, SUBJECT])).toEqual(
      [],
    );
  });

  it('is told once of all their calls, however their address is written', () => {
    const calls = [aCall(), aCall({ route: '/v1/customers/:id' }), aCall({ keyId: 'key-2' })];
    const contacts = [KEY, contact('api_key', 'key-2', 'KEY@ACME.example')];

    const { audiences } = planNotices(calls, contacts);

    expect(audiences).toEqual([
      { tenantId: 'acme', recipient: 'key@acme.example', email: 'key@acme.example', calls },
    ]);
  });

  it('is told tenant by tenant, when one person is the contact of two', () => {
    const calls = [aCall(), aCall({ tenantId: 'globex' })];
    const contacts = [TENANT, { ...TENANT, tenantId: 'globex' }];

    const { audiences } = planNotices(calls, contacts);

    expect(audiences.map(({ tenantId, calls: [call, ...more] }) => [tenantId, call, more])).toEqual([
      ['acme', calls[0], []],
      ['globex', calls[1], []],
    ]);
  });
});
