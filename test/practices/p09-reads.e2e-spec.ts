import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuditWriter } from '../../src/monitoring/audit/trail/audit-writer.js';
import type { ApiResponse } from '../support/api-client.js';
import { trailOf } from '../support/audit.js';
import { aCustomer } from '../support/customers.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { without } from '../support/without.js';

/*
 * The attack: somebody who may see everything looks at everything. No check is broken, and afterwards nobody
 * can say what was seen.
 */

const SENSITIVE = 'customers:read customers:write customers:read_sensitive';
let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.stop());

const eventsOf = ({ requestId }: ApiResponse): Record<string, unknown>[] =>
  app.log
    .events(requestId)
    .filter(({ securityEvent }) => /^(sensitive_read|data_export)$/.test(String(securityEvent)));
const aWholeCustomer = async (taxId: string | null = 'ZZ-12345678'): Promise<string> => {
  const { body } = await (await app.as()).post('/v2/customers', aCustomer({ taxId }));
  return body.id as string;
};

describe('a read of what is sensitive', () => {
  it.each(['v1', 'v2'])(
    '[P9.5] is written down when it is in the clear, in %s: who, of which customer',
    async (version) => {
      const id = await aWholeCustomer();
      const caller = await app.as({ scope: SENSITIVE, sub: 'curious' });

      const response = await caller.get(`/${version}/customers/${id}`);
      await app.nest.get(AuditWriter, { strict: false }).flush();

      expect(response.body.taxId).toBe('ZZ-12345678');
      expect(eventsOf(response)).toEqual([
        expect.objectContaining({
          securityEvent: 'sensitive_read',
          subject: 'curious',
          id,
          fields: ['taxId'],
        }),
      ]);
      expect((await trailOf(app.database, 'sensitive_read')).at(-1)).toMatchObject({
        subject: 'curious',
        tenant_id: 'acme',
        request_id: response.requestId,
        details: { id, resource: 'customers' },
      });
      expect(JSON.stringify(await trailOf(app.database, 'sensitive_read'))).not.toContain('12345678');
    },
  );

  it('[P9.5] is also one that comes with a write', async () => {
    const caller = await app.as({ scope: SENSITIVE });

    const made = await caller.post('/v2/customers', aCustomer({ taxId: 'ZZ-12345678' }));
    const changed = await caller.patch(`/v2/customers/${made.body.id}`, { notes: 'n' });

    expect([made, changed].map((response) => eventsOf(response).length)).toEqual([1, 1]);
  });

  it('[P9.5] is none where the field is masked, absent, or in no answer', async () => {
    const [whole, empty] = [await aWholeCustomer(), await aWholeCustomer(null)];
    const sensitive = await app.as({ scope: SENSITIVE });

    const answers = [
      await (await app.as()).get(`/v2/customers/${whole}`),
      await sensitive.get(`/v2/customers/${empty}`),
      await sensitive.get('/v2/customers'),
      await sensitive.post('/v2/customers/lookup', { taxId: 'ZZ-12345678' }),
    ];

    expect(answers.flatMap(eventsOf)).toEqual([]);
  });

  it('[P9.5] counter-proof: without the look at answers nobody knows what was seen', async () => {
    const blind = await createTestApp({ besides: app, removal: without('record of sensitive reads') });
    const caller = blind.api.withToken(await app.issuer.token({ claims: { scope: SENSITIVE } }));

    const response = await caller.get(`/v2/customers/${await aWholeCustomer()}`);

    expect(response.body.taxId).toBe('ZZ-12345678');
    expect(eventsOf(response)).toEqual([]);
    await blind.stop();
  });
});

describe('an export', () => {
  it.each([
    ['/v2/customers/export?format=csv', 'customers', 'csv'],
    ['/v2/customers/export', 'customers', 'ndjson'],
    ['/v2/admin/deprecated-usage?format=csv', 'deprecated-usage', 'csv'],
  ])('[P9.5] of %s is written down', async (path, resource, format) => {
    const token = await app.issuer.token({ claims: { sub: 'taker', roles: ['administrator'] } });
    const response = await fetch(app.url + path, { headers: { authorization: `Bearer ${token}` } });
    await response.text();

    const requestId = response.headers.get('x-request-id') ?? '';
    expect(response.status).toBe(200);
    expect(app.log.events(requestId)).toContainEqual(
      expect.objectContaining({ securityEvent: 'data_export', subject: 'taker', resource, format }),
    );
  });
});
