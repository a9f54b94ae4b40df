import { Controller, Get, Module, VERSION_NEUTRAL } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RequireRoles } from '../../src/auth/access/require-roles.decorator.js';
import { RequireScopes } from '../../src/auth/access/require-scopes.decorator.js';
import type { ApiClient } from '../support/api-client.js';
import { aCustomer } from '../support/customers.js';
import { sendRaw } from '../support/raw-http.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { without } from '../support/without.js';

/*
 * The attack: a known caller reaches for more than it was given: a verb without the scope, an
 * administrator's route, another tenant's record, a field that is not shown, and a route whose
 * author forgot to say who may use it.
 */

let runsOfProbes = 0;

@Controller({ path: 'probe', version: VERSION_NEUTRAL })
class ProbeController {
  @Get('forgotten')
  forgotten(): object {
    runsOfProbes += 1;
    return {};
  }

  @Get('administrators')
  @RequireRoles('administrator')
  administrators(): object {
    runsOfProbes += 1;
    return {};
  }

  @Get('both')
  @RequireRoles('administrator')
  @RequireScopes('customers:read')
  both(): object {
    runsOfProbes += 1;
    return {};
  }
}

@Module({ controllers: [ProbeController] })
class ProbeModule {}

const missing = '01930000-0000-7000-8000-000000000000';
const everyScope = { scope: 'customers:read customers:write customers:read_sensitive' };

let app: TestApp;
let alice: ApiClient;

beforeAll(async () => {
  app = await createTestApp({ modules: [ProbeModule] });
  alice = await app.as(everyScope);
});
afterAll(() => app.stop());

async function anExistingCustomer(content: object = {}): Promise<string> {
  const { body } = await alice.post('/v2/customers', aCustomer({ ...content }));
  return body.id as string;
}

describe('scopes', () => {
  it('[P1.4] refuses a write with a token that may only read, and changes nothing', async () => {
    const id = await anExistingCustomer();
    const reader = await app.as({ scope: 'customers:read' });
    const before = await app.database.inspect('SELECT * FROM customers ORDER BY id');

    const refusals = await Promise.all([
      reader.post('/v2/customers', aCustomer()),
      reader.patch(`/v2/customers/${id}`, { notes: 'mine' }),
      reader.delete(`/v2/customers/${id}`),
      reader.post('/v1/customers', {}),
      reader.patch(`/v1/customers/${id}`, {}),
      reader.delete(`/v1/customers/${id}`),
    ]);

    for (const refusal of refusals) {
      expect(refusal).toMatchObject({ status: 403, body: { code: 'auth.insufficient_scope' } });
      expect(refusal.headers.get('www-authenticate')).toMatch(
        /^Bearer realm="api", error="insufficient_scope", scope="(customers:read )?customers:write"$/,
      );
      expect(app.log.events(refusal.requestId)).toMatchObject([
        { securityEvent: 'authz_fail', reason: 'scope' },
      ]);
    }
    expect(await app.database.inspect('SELECT * FROM customers ORDER BY id')).toEqual(before);
  });

  it('[P1.4] refuses a read with a token that may only write, or do nothing at all', async () => {
    const writer = await app.as({ scope: 'customers:write' });
    const nobody = await app.as({ scope: undefined });

    const statuses = await Promise.all(
      [writer, nobody].flatMap((caller) =>
        ['/v2/customers', '/v1/customers'].map((path) => caller.get(path)),
      ),
    );

    expect(statuses.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
  });

  it('[P1.4] shows no customer to a token that may only write, through a change either', async () => {
    const id = await anExistingCustomer();
    const writer = await app.as({ scope: 'customers:write' });

    const responses = await Promise.all([
      writer.patch(`/v2/customers/${id}`, {}),
      writer.send('PATCH', `/v1/customers/${id}`, { json: {} }),
    ]);

    expect(responses.map(({ status }) => status)).toEqual([403, 403]);
  });

  it('[P1.4] takes a scope only as a whole word', async () => {
    const lookAlikes = [
      'customers:read_sensitive',
      'customers',
      'customers:*',
      '*',
      'CUSTOMERS:READ',
      'customers:readx',
    ];

    const responses = await Promise.all(
      lookAlikes.map(async (scope) => (await app.as({ scope })).get('/v2/customers')),
    );

    expect(responses.map(({ status }) => status)).toEqual(lookAlikes.map(() => 403));
  });

  it('[P1.4] reads scopes, roles and tenant from the claims that the settings name', async () => {
    const keycloak = await createTestApp({
      besides: app,
      modules: [ProbeModule],
      environment: {
        OIDC_SCOPES_CLAIM: 'permissions',
        OIDC_ROLES_CLAIM: 'realm_access.roles',
        OIDC_TENANT_CLAIM: 'https://id.example/tenant',
      },
    });
    const claims = {
      permissions: ['customers:read'],
      realm_access: { roles: ['administrator'] },
      'https://id.example/tenant': 'acme',
      tenant: undefined,
      scope: undefined,
    };

    const caller = keycloak.api.withToken(await app.issuer.token({ claims }));

    expect((await caller.get('/probe/both')).status).toBe(200);
    await keycloak.stop();
  });
});

describe('roles', () => {
  it('[P1.4] opens an administrators route to administrators only', async () => {
    const administrator = await app.as({ roles: ['administrator'] });
    const clerk = await app.as({ roles: ['clerk'] });
    const runsBefore = runsOfProbes;

    const [allowed, refused, roleless] = await Promise.all(
      [administrator, clerk, alice].map((caller) => caller.get('/probe/administrators')),
    );

    expect([allowed?.status, refused?.status, roleless?.status]).toEqual([200, 403, 403]);
    expect(runsOfProbes).toBe(runsBefore + 1);
  });
});

describe('a route that states no policy', () => {
  it('[P1.4] is closed to everybody, administrators included', async () => {
    const administrator = await app.as({ ...everyScope, roles: ['administrator'] });
    const runsBefore = runsOfProbes;

    const response = await administrator.get('/probe/forgotten');

    expect(response).toMatchObject({ status: 403, body: { code: 'auth.forbidden' } });
    expect(app.log.events(response.requestId)).toMatchObject([{ reason: 'no_policy' }]);
    expect(runsOfProbes).toBe(runsBefore);
  });
});

describe('methods that nobody declared', () => {
  it('[P1.4] HEAD is guarded like GET, and others lead nowhere', async () => {
    const [stranger, known] = [
      await app.api.send('HEAD', '/v2/customers'),
      await alice.send('HEAD', '/v2/customers'),
    ];
    const others = await Promise.all(
      ['OPTIONS', 'PUT', 'TRACE', 'TRACE-X'].map((method) =>
        sendRaw(app.url, `${method} /v2/customers HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`),
      ),
    );

    expect([stranger.status, known.status, known.body]).toEqual([401, 200, undefined]);
    expect(others.map((answer) => answer.slice(9, 12))).toEqual(['404', '404', '404', '400']);
  });
});

describe('ownership', () => {
  it('[P1.4] answers for another tenant’s customer exactly as for a missing one', async () => {
    const id = await anExistingCustomer();
    const bob = await app.as({ tenant: 'globex', ...everyScope });
    const acts = (target: string): ReturnType<ApiClient['get']>[] => [
      bob.get(`/v2/customers/${target}`),
      bob.patch(`/v2/customers/${target}`, { notes: 'taken over' }),
      bob.patch(`/v2/customers/${target}`, { notes: 'taken over' }, '"1"'),
      bob.delete(`/v2/customers/${target}`),
      bob.get(`/v1/customers/${target}`),
      bob.patch(`/v1/customers/${target}`, { fullName: 'Taken Over' }),
      bob.delete(`/v1/customers/${target}`),
    ];

    const others = await Promise.all(acts(id));
    const none = await Promise.all(acts(missing));

    const seen = (responses: typeof others): object[] =>
      responses.map(({ status, body }) => ({ status, ...body, requestId: '' }));
    expect(seen(others)).toEqual(seen(none));
    expect(others.map(({ status }) => status)).toEqual(others.map(() => 404));
    expect((await alice.get(`/v2/customers/${id}`)).body.notes).toBeNull();
  });

  it('[P1.4] shows no customer of another tenant in any list', async () => {
    await anExistingCustomer();
    const bob = await app.as({ tenant: 'initech', ...everyScope });

    const lists = await Promise.all([bob.get('/v2/customers'), bob.get('/v1/customers')]);

    expect(lists.map(({ body }) => body)).toEqual([
      { data: [], nextCursor: null },
      { customers: [], page: 1, pageSize: 20, total: 0 },
    ]);
  });

  it('[P1.4] counter-proof: without row-level security, another tenant’s customer is there', async () => {
    const id = await anExistingCustomer();
    const undefended = await createTestApp({ besides: app, removal: without('row-level security') });
    const bob = undefended.api.withToken(await app.issuer.token({ claims: { tenant: 'globex' } }));

    const response = await bob.get(`/v2/customers/${id}`);

    expect(response.status).toBe(200);
    await undefended.stop();
  });
});

describe('fields', () => {
  it('[P1.4] masks the tax id unless the scope allows to read it', async () => {
    const id = await anExistingCustomer({ taxId: 'DE123456789' });
    const reader = await app.as({ scope: 'customers:read' });

    const answers = await Promise.all(
      [alice, reader].flatMap((caller) => [
        caller.get(`/v2/customers/${id}`),
        caller.get(`/v1/customers/${id}`),
      ]),
    );

    expect(answers.map(({ body }) => body.taxId)).toEqual([
      'DE123456789',
      'DE123456789',
      '*********89',
      '*********89',
    ]);
  });

  it('[P1.4] refuses a masked tax id that comes back in a write', async () => {
    const id = await anExistingCustomer({ taxId: 'DE123456789' });

    const response = await alice.patch(`/v2/customers/${id}`, { taxId: '*********89' });

    expect(response.status).toBe(400);
    expect((await alice.get(`/v2/customers/${id}`)).body.taxId).toBe('DE123456789');
  });
});

it('[P1.4] counter-proof: without authorization, a reader deletes and a forgotten route is open', async () => {
  const undefended = await createTestApp({
    besides: app,
    modules: [ProbeModule],
    removal: without('authorization'),
  });
  const id = await anExistingCustomer();
  const reader = undefended.api.withToken(await app.issuer.token({ claims: { scope: 'customers:read' } }));

  const [deleted, forgotten] = await Promise.all([
    reader.delete(`/v2/customers/${id}`),
    reader.get('/probe/forgotten'),
  ]);

  expect([deleted.status, forgotten.status]).toEqual([204, 200]);
  await undefended.stop();
});
