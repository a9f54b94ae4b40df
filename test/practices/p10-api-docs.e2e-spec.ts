import { Controller, Get, Header, Module, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Document } from '../../src/api-docs/open-api.js';
import { RequireScopes } from '../../src/auth/access/require-scopes.decorator.js';
import { createDocumentedApp, documentOf, operationsOf } from '../support/api-documents.js';
import { SessionIssuer } from '../support/session-issuer.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

/*
 * The attack: trust in documentation that was true once. A route that nobody lists, a scope that is not
 * demanded, a limit that is not kept; and, on the other side, a document that tells more than a caller needs.
 */

let app: TestApp;
let v1: Document;
let v2: Document;

beforeAll(async () => {
  app = await createDocumentedApp();
  [v1, v2] = [documentOf(app, '1'), documentOf(app, '2')];
});
afterAll(() => app.stop());

@Controller({ path: 'closed', version: '2' })
class ClosedController {
  @Get()
  @ApiOperation({ summary: 'Nothing' })
  nothing(): void {}
}

@Module({ controllers: [ClosedController] })
class ClosedModule {}

@Controller({ path: 'twins', version: '2' })
class TwinController {
  @Get()
  @ApiOperation({ summary: 'Nothing' })
  @RequireScopes('customers:read')
  nothing(): void {}
}
Object.defineProperty(TwinController, 'name', { value: ClosedController.name });

@Module({ controllers: [TwinController] })
class TwinModule {}

/** What is not for callers: probes, reports of browsers, the way through log-in, and the documentation itself. */
const NOT_FOR_CALLERS = [
  'GET /.well-known/security.txt',
  'GET /auth/callback',
  'GET /auth/logout/provider',
  'GET /docs',
  'GET /docs/:version',
  'GET /docs/assets/:file',
  'GET /health/live',
  'GET /health/ready',
  'GET /openapi/:file',
  'POST /csp-reports',
];

describe('the documents', () => {
  it('[P10.1] list every route that there is, but those that no caller needs, and no other', () => {
    const documented = new Set([...operationsOf(v1), ...operationsOf(v2)].map(([place]) => place));
    const served = (app.conformance?.routes ?? []).filter((route) => !/^(HEAD|OPTIONS) /.test(route));

    expect(served.filter((route) => !documented.has(route)).toSorted()).toEqual(NOT_FOR_CALLERS);
    expect([...documented].filter((place) => !served.includes(place))).toEqual([]);
  });

  it('[P10.1] are one for each version: v1 knows no route of v2, and v2 none of v1', () => {
    expect(v1.openapi).toBe('3.1.0');
    expect([v1.info.version, v2.info.version]).toEqual(['1', '2']);
    expect(Object.keys(v1.paths).filter((path) => path.startsWith('/v2'))).toEqual([]);
    expect(Object.keys(v2.paths).filter((path) => path.startsWith('/v1'))).toEqual([]);
  });

  it('[P10.1] name every way of proving who calls, and of each operation the scopes that the guard demands', () => {
    const schemes = v2.components?.securitySchemes ?? {};
    const lookUp = v2.paths['/v2/customers/lookup']?.post?.security ?? [];

    expect(Object.keys(schemes)).toEqual(['openIdConnect', 'oauth2', 'bearer', 'apiKey', 'session']);
    expect(schemes['openIdConnect']).toMatchObject({
      openIdConnectUrl: 'https://id.example.com/.well-known/openid-configuration',
    });
    expect(schemes['oauth2']).toMatchObject({
      flows: {
        authorizationCode: { authorizationUrl: 'https://id.example.com/authorize' },
        clientCredentials: { tokenUrl: 'https://id.example.com/token' },
      },
    });
    expect(lookUp).toHaveLength(5);
    for (const one of lookUp) {
      expect(Object.values(one)).toEqual([['customers:read', 'customers:read_sensitive']]);
    }
  });

  it('[P10.1] say what the guard does: whoever lacks a documented scope is refused, whoever has them is not', async () => {
    const [scopes = []] = Object.values(v2.paths['/v2/customers/lookup']?.post?.security?.[0] ?? {});
    const now = app.clock.nowSeconds();
    const call = async (granted: readonly string[]): Promise<number> => {
      const claims = { scope: granted.join(' '), iat: now, exp: now + 60, aud: 'https://api.example.com' };
      const caller = app.api.withToken(await app.issuer.token({ claims }));
      return (await caller.post('/v2/customers/lookup', { taxId: 'DE123456789' })).status;
    };

    expect(await call(scopes)).toBe(200);
    for (const missing of scopes) {
      expect(await call(scopes.filter((scope) => scope !== missing))).toBe(403);
    }
  });

  it('[P10.1] name no credential with which an operation cannot succeed', () => {
    const schemesOf = (path: string, method: 'get' | 'post' | 'delete'): string[] =>
      (v2.paths[path]?.[method]?.security ?? []).flatMap((one) => Object.keys(one));

    expect(schemesOf('/auth/session', 'get')).toEqual(['session']);
    expect(schemesOf('/auth/logout', 'post')).toEqual(['session']);
    expect(schemesOf('/auth/sessions/{id}', 'delete')).toEqual(['session']);
    expect(schemesOf('/v2/api-keys/current', 'get')).toEqual(['apiKey']);
    expect(schemesOf('/v2/api-keys/current/rotate', 'post')).toEqual(['apiKey']);
  });

  it('[P10.1] leave out the log-in where nobody can log in', async () => {
    const closed = await createDocumentedApp({
      environment: {
        SESSION_CLIENT_ID: undefined,
        SESSION_CLIENT_SECRET: undefined,
        SESSION_PUBLIC_ORIGIN: undefined,
        SESSION_RETURN_URLS: undefined,
      },
    });
    const document = documentOf(closed, '2');

    expect(Object.keys(document.paths).filter((path) => path.startsWith('/auth'))).toEqual([]);
    expect(JSON.stringify(document)).not.toContain('X-CSRF-Token');
    expect(document.components?.securitySchemes).not.toHaveProperty('session');
    await closed.stop();
  });

  it('[P10.1] do not make this server ask the issuer, and leave the flows out while it is away', async () => {
    const issuer = await SessionIssuer.start();
    issuer.isDown = true;
    const early = await createDocumentedApp({ issuer });
    const fetched = vi.spyOn(globalThis, 'fetch');

    for (let calls = 0; calls < 20; calls += 1) {
      expect((await early.api.get('/openapi/v2.json')).status).toBe(200);
    }

    const asked = fetched.mock.calls.map(([target]) => JSON.stringify(target));
    fetched.mockRestore();
    expect(asked).toHaveLength(20);
    expect(asked.filter((target) => target.includes(issuer.url))).toEqual([]);
    expect(documentOf(early, '2').components?.securitySchemes).not.toHaveProperty('oauth2');
    await early.stop();
  });

  it('[P10.1] call a route that states nothing about its callers closed, and no two controllers the same', async () => {
    const closed = await createDocumentedApp({ modules: [ClosedModule] });
    const twins = await createDocumentedApp({ modules: [ClosedModule, TwinModule] });

    const operation = documentOf(closed, '2').paths['/v2/closed']?.get;

    expect(operation?.description).toContain('refused to everybody');
    expect(operation?.responses).toHaveProperty('403');
    expect(() => documentOf(twins, '2')).toThrow('two controllers are called ClosedController');
    await Promise.all([closed.stop(), twins.stop()]);
  });

  it('[P10.1] bound every text, number and list', () => {
    const loose: string[] = [];
    const walk = (schema: unknown, place: string): void => {
      if (typeof schema !== 'object' || schema === null) {
        return;
      }
      const { type, enum: values, maxLength, maximum, maxItems, format } = schema as Record<string, unknown>;
      const types = [type].flat();
      const isLoose =
        (types.includes('string') &&
          values === undefined &&
          maxLength === undefined &&
          format !== 'binary') ||
        (types.includes('integer') && maximum === undefined) ||
        (types.includes('array') && maxItems === undefined);
      loose.push(...(isLoose ? [place] : []));
      Object.entries(schema).forEach(([key, value]) => walk(value, `${place}/${key}`));
    };

    walk({ ...v2.components, securitySchemes: {}, examples: {} }, 'components');
    walk(v2.paths, 'paths');

    expect(loose).toEqual([]);
  });

  it('[P10.1] show an example of every failure that an operation can end in', () => {
    for (const [place, { responses }] of operationsOf(v2)) {
      const failures = Object.entries(responses).filter(([status]) => Number(status) >= 400);
      expect(failures.length, place).toBeGreaterThan(5);
      for (const [, response] of failures) {
        const name = String((response as { $ref: string }).$ref.split('/').at(-1));
        const shared = v2.components?.responses?.[name] as { content: Record<string, { examples: object }> };
        const examples = Object.keys(shared.content['application/problem+json']?.examples ?? {});
        expect(examples.length).toBeGreaterThan(0);
        expect(examples.filter((code) => !(code in (v2.components?.examples ?? {})))).toEqual([]);
      }
    }
  });

  it('[P10.1] counter-proof: an answer with a field, a header or a status that no document knows is noticed', async () => {
    class Known {
      @IsIn(['known'])
      readonly state!: string;
    }
    @Controller({ path: 'surprises', version: '2' })
    class SurprisesController {
      @Get('field')
      @ApiOperation({ summary: 'Answer too much' })
      @ApiOkResponse({ description: 'It.', type: Known })
      @RequireScopes('customers:read')
      field(): object {
        return { state: 'known', passwordHash: 'x' };
      }

      @Get('header')
      @Header('X-Powered-By', 'a secret')
      @ApiOperation({ summary: 'Answer with a header' })
      @ApiOkResponse({ description: 'It.', type: Known })
      @RequireScopes('customers:read')
      header(): object {
        return { state: 'known' };
      }

      @Get('status')
      @ApiOperation({ summary: 'Answer with another status' })
      @RequireScopes('customers:read')
      status(@Res({ passthrough: true }) reply: FastifyReply): void {
        void reply.status(202);
      }
    }
    @Module({ controllers: [SurprisesController] })
    class SurprisesModule {}
    const surprising = await createTestApp({ modules: [SurprisesModule], environment: { PORT: '0' } });
    const caller = await surprising.as();

    for (const kind of ['field', 'header', 'status']) {
      await caller.get(`/v2/surprises/${kind}`);
    }

    const fault = await surprising.stop().catch((error: unknown) => String(error));
    expect(fault).toContain('GET /v2/surprises/field 200: the body must NOT have additional properties');
    expect(fault).toContain('GET /v2/surprises/header 200: the header x-powered-by');
    expect(fault).toContain('GET /v2/surprises/status 202: the status');
  });
});

describe('what a document does not tell', () => {
  it('[P10.4] is how this API is made: no class, no file, no library, no host of the inside', () => {
    const text = JSON.stringify([v1, v2]);

    expect(text).not.toMatch(
      /Controller|nestjs|fastify|prisma|postgres|redis|swagger|\.ts\b|node_modules|127\.0\.0\.1/i,
    );
  });
});
