import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient, ApiResponse } from '../support/api-client.js';
import { aCustomer } from '../support/customers.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { without, type Defence } from '../support/without.js';

/*
 * The attack: input that means more than it says. Extra fields that a careless service would
 * assign, values that a careless conversion would turn into others, bodies that are bombs.
 */

let app: TestApp;
let alice: ApiClient;

beforeAll(async () => {
  app = await createTestApp();
  alice = await app.as();
});
afterAll(() => app.stop());

const countCustomers = async (): Promise<number> =>
  Number((await app.database.inspect<{ count: string }>('SELECT count(*) FROM customers'))[0]?.count);

/** A refusal by validation: the four things that must be true of it. */
async function expectRefusal(act: () => Promise<ApiResponse>, field: string, rule: string): Promise<void> {
  const before = await countCustomers();

  const response = await act();

  expect(response).toMatchObject({ status: 400, body: { code: 'validation.failed' } });
  expect(response.body.errors).toContainEqual(
    expect.objectContaining({ field, rules: expect.arrayContaining([rule]) }),
  );
  expect(await countCustomers()).toBe(before);
  expect(app.log.events(response.requestId)).toMatchObject([{ securityEvent: 'input_validation_fail' }]);
}

describe('unknown fields', () => {
  it.each(['isAdmin', 'tenantId', 'tenant_id', 'id', 'version', 'createdAt', 'constructor.name', 'toString'])(
    '[P3.1] are refused in a body and not dropped: %s',
    async (name) => {
      await expectRefusal(() => alice.post('/v2/customers', aCustomer({ [name]: 'x' })), name, 'unknown');
    },
  );

  it('[P3.1] are refused in a query, also where a route reads no query at all', async () => {
    await expectRefusal(() => alice.get('/v2/customers?limt=5'), 'limt', 'unknown');
    await expectRefusal(() => alice.get('/v2/customers?constructor=x'), 'constructor', 'unknown');
    await expectRefusal(
      () => alice.get('/v2/customers/01930000-0000-7000-8000-000000000000?x=1'),
      'x',
      'unknown',
    );
    await expectRefusal(() => alice.send('POST', '/v2/customers?x=1', { json: aCustomer() }), 'x', 'unknown');
  });

  it('[P3.1] are refused as a body on a route that takes none', async () => {
    const { body: customer } = await alice.post('/v2/customers', aCustomer());
    const options = { json: {}, headers: { 'if-match': '*' } };

    const response = await alice.send('DELETE', `/v2/customers/${customer.id}`, options);

    expect(response.status).toBe(400);
    expect((await alice.get(`/v2/customers/${customer.id}`)).status).toBe(200);
  });
});

describe('nothing at all', () => {
  it('[P3.1] is refused where fields are required, each time', async () => {
    for (const _ of ['first', 'known']) {
      await expectRefusal(() => alice.post('/v2/customers', {}), 'email', 'isEmail');
    }
  });

  it('[P3.1] is a query whose fields have their defaults', async () => {
    const [plain, spoken] = [
      await alice.get('/v2/customers'),
      await alice.get('/v2/customers?sort=createdAt'),
    ];

    expect(plain.status).toBe(200);
    expect(plain.body).toEqual(spoken.body);
  });
});

describe('values', () => {
  it.each([
    '0x10',
    '1e2',
    '1e309',
    ' 5',
    '5 ',
    '+5',
    '-1',
    '05',
    '5.0',
    '',
    'true',
    'Infinity',
    'NaN',
    '٥',
    '101',
    '0',
  ])('[P3.1] are not coerced into a page size: "%s"', async (limit) => {
    await expectRefusal(
      () => alice.get(`/v2/customers?limit=${encodeURIComponent(limit)}`),
      'limit',
      'isWholeNumber',
    );
  });

  it('[P3.1] given twice are refused instead of one being chosen', async () => {
    await expectRefusal(() => alice.get('/v2/customers?limit=5&limit=6'), 'limit', 'isWholeNumber');
    await expectRefusal(() => alice.get('/v2/customers?status=lead&status=active'), 'status', 'isIn');
  });

  it.each([
    ['number', 7],
    ['boolean', true],
    ['array', ['Ada']],
    ['object', { a: 1 }],
    ['null', null],
  ])('[P3.1] of another JSON type are no text: %s', async (_type, value) => {
    await expectRefusal(
      () => alice.post('/v2/customers', aCustomer({ givenName: value })),
      'givenName',
      'isText',
    );
  });

  it('[P3.1] that must be there cannot be nulled by a change', async () => {
    const { body: customer } = await alice.post('/v2/customers', aCustomer());

    for (const field of ['givenName', 'familyName', 'email']) {
      await expectRefusal(
        () => alice.patch(`/v2/customers/${customer.id}`, { [field]: null }),
        field,
        'isText',
      );
    }
  });

  it('[P3.1] of paths and headers have schemas too', async () => {
    await expectRefusal(() => alice.get('/v2/customers/1'), 'id', 'isUuid');
    await expectRefusal(
      () => alice.delete('/v2/customers/01930000-0000-7000-8000-000000000000', 'x'),
      'if-match',
      'matches',
    );
  });

  it('[P3.2] come from closed lists where there is one', async () => {
    await expectRefusal(() => alice.get('/v2/customers?sort=tax_id'), 'sort', 'isIn');
    await expectRefusal(() => alice.get('/v2/customers?sort=constructor'), 'sort', 'isIn');
    await expectRefusal(() => alice.get('/v2/customers?status=deleted'), 'status', 'isIn');
    await expectRefusal(() => alice.post('/v2/customers', aCustomer({ status: 'ACTIVE' })), 'status', 'isIn');
  });
});

describe('bodies', () => {
  const post = (raw: string | Uint8Array, contentType = 'application/json'): Promise<ApiResponse> =>
    alice.send('POST', '/v2/customers', { raw, headers: { 'content-type': contentType } });
  const nested = (depth: number): string => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth);

  it.each([
    ['syntax', '{"a":'],
    ['syntax', ''],
    ['syntax', '{"a":1}{"b":2}'],
    ['encoding', new Uint8Array([0x22, 0xff, 0x22])],
    ['depth', nested(9)],
    ['depth', '['.repeat(20_000)],
    ['array_length', JSON.stringify({ a: Array.from({ length: 101 }, () => 0) })],
    [
      'members',
      JSON.stringify(Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`f${index}`, 0]))),
    ],
    ['duplicate_member', '{"givenName":"A","givenName":"B"}'],
    ['forbidden_name', '{"__proto__":{"isAdmin":true}}'],
    ['forbidden_name', '{"a":{"constructor":{"prototype":{"isAdmin":true}}}}'],
    ['forbidden_name', '{"\\u005f_proto__":1}'],
  ])('[P3.1] are bounded before any schema sees them: %s', async (fault, raw) => {
    const response = await post(raw);

    expect(response).toMatchObject({ status: 400, body: { code: 'validation.malformed_json' } });
    expect(response.body.errors[0].rules).toEqual([fault]);
    expect(({} as { isAdmin?: unknown }).isAdmin).toBeUndefined();
    expect(app.log.events(response.requestId)).toMatchObject([{ securityEvent: 'input_validation_fail' }]);
  });

  it('[P3.1] have a size limit, and only JSON is one', async () => {
    const large = await post(JSON.stringify(aCustomer({ notes: 'x'.repeat(70_000) })));
    const form = await post('givenName=Ada', 'application/x-www-form-urlencoded');
    const text = await post('{}', 'text/plain');
    const xml = await post('<a/>', 'application/xml');

    expect(large).toMatchObject({ status: 413, body: { code: 'request.body_too_large' } });
    expect([form.status, text.status, xml.status]).toEqual([415, 415, 415]);
  });

  it('[P3.1] come without a content coding, which nobody undoes here', async () => {
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip, br' };
    const raw = JSON.stringify(aCustomer());

    const response = await alice.send('POST', '/v2/customers', { raw, headers });

    expect(response).toMatchObject({ status: 415, body: { code: 'request.unsupported_media_type' } });
  });

  it.each(['[]', '"text"', '1', 'null', 'true'])('[P3.1] are objects: %s', async (raw) => {
    expect(await post(raw)).toMatchObject({ status: 400 });
  });
});

describe('authentication comes first', () => {
  it('[P3.3] a stranger gets 401 whatever is sent, and learns nothing about the schema', async () => {
    const bodies = [{ x: 1 }, aCustomer(), {}];
    const responses = await Promise.all([
      ...bodies.map((json) => app.api.send('POST', '/v2/customers', { json })),
      app.api.send('POST', '/v2/customers', { raw: '{"a":' }),
      app.api.send('POST', '/v2/customers', { raw: '{"__proto__":1}' }),
      app.api.get('/v2/customers?limit=x'),
      app.api.get('/v2/customers/not-a-uuid'),
    ]);

    for (const { status, body } of responses) {
      expect({ status, ...body, requestId: '' }).toEqual({
        status: 401,
        type: '/problems/auth.credentials_missing',
        title: 'Authentication is required',
        code: 'auth.credentials_missing',
        requestId: '',
      });
    }
  });

  it('[P3.3] a reader who may not write gets 403, whatever is sent', async () => {
    const reader = await app.as({ scope: 'customers:read' });

    const responses = await Promise.all([
      reader.post('/v2/customers', { x: 1 }),
      reader.send('POST', '/v2/customers', { raw: '{"a":' }),
    ]);

    expect(responses.map(({ status }) => status)).toEqual([403, 403]);
  });

  it('[P3.3] what leaves is named field by field, whatever the table holds', async () => {
    const { body: created } = await alice.post('/v2/customers', aCustomer());
    const fields = [
      'createdAt',
      'email',
      'familyName',
      'givenName',
      'id',
      'notes',
      'phone',
      'status',
      'taxId',
      'updatedAt',
    ];

    const [one, list, old] = await Promise.all([
      alice.get(`/v2/customers/${created.id}`),
      alice.get('/v2/customers'),
      alice.get(`/v1/customers/${created.id}`),
    ]);

    expect(Object.keys(one.body).toSorted()).toEqual(fields);
    expect(Object.keys(list.body.data[0]).toSorted()).toEqual(
      fields.filter((field) => !['notes', 'phone', 'taxId'].includes(field)),
    );
    expect(Object.keys(old.body)).not.toContain('tenantId');
  });
});

describe('validation failures as events', () => {
  it('[P3.5] name route, client, fields and rules, and never a value', async () => {
    const marked = 'MARKED-VALUE-4711';
    const json = {
      givenName: `${marked}\u0000`,
      familyName: marked.repeat(20),
      email: marked,
      [marked]: marked,
    };

    const response = await alice.send('POST', '/v2/customers', { json });

    expect(app.log.events(response.requestId)).toMatchObject([
      {
        securityEvent: 'input_validation_fail',
        method: 'POST',
        route: '/v2/customers',
        address: '127.0.0.1',
        subject: 'user-1',
        clientId: 'test-client',
        violations: [
          { field: '(unknown)', rules: ['unknown'] },
          { field: 'givenName', rules: ['isText'] },
          { field: 'familyName', rules: ['isText'] },
          { field: 'email', rules: ['isEmail'] },
        ],
      },
    ]);
    expect(app.log.text).not.toContain(marked);
  });

  it('[P3.5] counter-proof: without the writer there is no trace', async () => {
    const silent = await createTestApp({ besides: app, removal: without('security events') });
    const caller = silent.api.withToken(await app.issuer.token());

    const response = await caller.post('/v2/customers', {});

    expect(response.status).toBe(400);
    expect(app.log.events(response.requestId)).toEqual([]);
    await silent.stop();
  });
});

describe('with the defence out, the attack lands', () => {
  async function statusWithout(
    defence: Defence,
    act: (caller: ApiClient) => Promise<ApiResponse>,
  ): Promise<number> {
    const undefended = await createTestApp({ besides: app, removal: without(defence) });
    const response = await act(undefended.api.withToken(await app.issuer.token()));
    await undefended.stop();
    return response.status;
  }

  it('[P3.1] counter-proof: without body bounds, of two values for one name one is chosen', async () => {
    const raw = JSON.stringify(aCustomer()).replace('{', '{"givenName":"first",');

    expect(
      await statusWithout('body bounds', (caller) => caller.send('POST', '/v2/customers', { raw })),
    ).toBe(201);
  });

  it('[P3.2] counter-proof: without strict validation, any sort field is taken', async () => {
    expect(
      await statusWithout('strict validation', (caller) => caller.get('/v2/customers?sort=tax_id')),
    ).toBe(200);
  });

  it('[P3.3] counter-proof: without strict validation, a caller writes the version number', async () => {
    const body = aCustomer({ version: 99 });

    expect(await statusWithout('strict validation', (caller) => caller.post('/v2/customers', body))).toBe(
      201,
    );
    const rows = await app.database.inspect('SELECT version FROM customers WHERE email = $1', [
      body['email'],
    ]);
    expect(rows).toEqual([{ version: 99 }]);
  });
});
