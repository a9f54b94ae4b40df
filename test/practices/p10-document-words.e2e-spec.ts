import { Controller, Get, Module } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Document, Operation } from '../../src/api-docs/open-api.js';
import { RequireScopes } from '../../src/auth/access/require-scopes.decorator.js';
import { Deprecated } from '../../src/versioning/deprecated.decorator.js';
import { createDocumentedApp, documentOf, operationsOf } from '../support/api-documents.js';
import type { TestApp } from '../support/test-app.js';
import { without } from '../support/without.js';

/*
 * The attack: words that were true once. A limit that is not kept, a cost that nobody names, an end that comes
 * unannounced.
 */

let app: TestApp;
let v1: Document;
let v2: Document;

beforeAll(async () => {
  app = await createDocumentedApp();
  [v1, v2] = [documentOf(app, '1'), documentOf(app, '2')];
});
afterAll(() => app.stop());

describe('what stands beside the operations', () => {
  it('[P10.2] is how to authenticate, what the limits are, how to rotate a key, and when v1 ends', () => {
    const words = v1.info.description ?? '';

    expect(words).toContain('Authorization: Bearer');
    expect(words).toContain('X-API-Key');
    expect(words).toContain('/auth/login');
    expect(words).toContain('POST /v2/api-keys/current/rotate');
    expect(words).toContain('TLS 1.2 or newer');
    expect(words).toContain('| without a credential, for each address (of IPv6: each /64) | 60/hour |');
    expect(words).toContain('since 2026-12-01 and ends on **2027-12-31**');
    expect(v2.info.description).not.toContain('deprecated** since');
    expect(v2.info.description).toContain('Version 1 ends on 2027-12-31.');
  });

  it('[P10.2] are the signs of deprecation of a single route, from its announcement on', async () => {
    @Controller({ path: 'endings', version: '2' })
    class EndingsController {
      @Get()
      @ApiOperation({ summary: 'End' })
      @RequireScopes('customers:read')
      @Deprecated({ announcedOn: '2027-02-01', sunsetOn: '2028-02-01', guide: 'v1-to-v2' })
      end(): void {}
    }
    @Module({ controllers: [EndingsController] })
    class EndingsModule {}
    const ending = await createDocumentedApp({ modules: [EndingsModule] });
    const operationOn = async (moment: string): Promise<Operation | undefined> => {
      ending.clock.moveTo(moment);
      return documentOf(ending, '2').paths['/v2/endings']?.get;
    };

    expect((await operationOn('2027-01-31T23:59:59Z'))?.deprecated).toBeUndefined();
    expect(await operationOn('2027-02-01T00:00:00Z')).toMatchObject({
      deprecated: true,
      responses: { '410': {} },
    });
    await ending.stop();
  });

  it('[P10.5] are the changes that concern the security of the version', async () => {
    const { body } = await app.api.get('/changelog?kind=security&version=2');
    const words = v2.info.description ?? '';

    expect(body.data.length).toBeGreaterThan(3);
    for (const { date, title } of body.data) {
      expect(words).toContain(`- ${date}: ${title}.`);
    }
  });

  it('[P10.2] are the numbers that are in force, whatever an operator has chosen', async () => {
    const other = await createDocumentedApp({
      environment: {
        RATE_LIMIT_SUBJECT: '7/minute',
        RATE_LIMIT_PLANS: 'standard=1000/hour,tiny=3/minute',
        API_KEY_MAX_LIFETIME_DAYS: '31',
        OIDC_ACCESS_TOKEN_MAX_LIFETIME_SECONDS: '420',
        TLS_PROFILE: 'modern',
        VALIDATION_MAX_DEPTH: '5',
        API_V1_SUNSET_ON: '2028-02-29',
      },
    });

    const words = documentOf(other, '1').info.description ?? '';

    for (const said of [
      '7/minute',
      '`tiny` | 3/minute',
      '31 days',
      '7 minutes at most',
      'TLS 1.3',
      'nested 5 deep',
      '2028-02-29',
    ]) {
      expect(words, said).toContain(said);
    }
    await other.stop();
  });

  it('[P10.2] are the costs, roles and headers of each operation', () => {
    const operationAt = (path: string, method: 'get' | 'put' | 'patch' | 'post'): Operation | undefined =>
      v2.paths[path]?.[method];
    const headersOf = (operation: Operation | undefined): string[] =>
      (operation?.parameters ?? []).flatMap((one) => ('in' in one && one.in === 'header' ? [one.name] : []));

    expect(operationAt('/v2/customers/export', 'get')?.description).toContain('Counts as 10 requests.');
    expect(operationAt('/v2/admin/sessions', 'get')?.description).toContain('role administrator');
    expect(headersOf(operationAt('/v2/customers/{id}', 'patch'))).toEqual([
      'X-Request-Id',
      'Traceparent',
      'X-CSRF-Token',
      'If-Match',
    ]);
    expect(headersOf(operationAt('/v2/customers', 'post'))).toEqual([
      'X-Request-Id',
      'Traceparent',
      'X-CSRF-Token',
      'Idempotency-Key',
    ]);
  });

  it('[P10.2] are the signs of deprecation, of v1 alone and from its announcement on', async () => {
    const early = await createDocumentedApp({ environment: { API_V1_DEPRECATED_ON: '2026-12-20' } });
    const before = documentOf(early, '1');

    const list = v1.paths['/v1/customers']?.get;

    expect(list?.deprecated).toBe(true);
    expect(list?.responses['200']).toHaveProperty('headers.Sunset');
    expect(list?.responses).toHaveProperty('410');
    expect(before.paths['/v1/customers']?.get?.deprecated).toBeUndefined();
    expect(before.info.description).not.toContain('2026-12-20');
    expect(operationsOf(v2).filter(([, operation]) => operation.deprecated)).toEqual([]);
    await early.stop();
  });

  it('[P10.2] counter-proof: a text that is not read from the settings promises what nobody grants', async () => {
    const lying = await createDocumentedApp({
      environment: { RATE_LIMIT_SUBJECT: '1/hour' },
      removal: without('limits from the settings'),
    });
    const now = app.clock.nowSeconds();
    const claims = { iat: now, exp: now + 60, aud: 'https://api.example.com' };
    const caller = lying.api.withToken(await lying.issuer.token({ claims }));

    const words = documentOf(lying, '2').info.description;
    const granted = [(await caller.get('/v2/customers')).status, (await caller.get('/v2/customers')).status];

    expect(words).toContain('| with a token or a session, for each person or program | 5000/hour |');
    expect(granted).toEqual([200, 429]);
    await lying.stop();
  });
});
