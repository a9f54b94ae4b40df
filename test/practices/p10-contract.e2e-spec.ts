import { existsSync, readFileSync } from 'node:fs';
import { Controller, Get, Module } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Document } from '../../src/api-docs/open-api.js';
import { RequireScopes } from '../../src/auth/access/require-scopes.decorator.js';
import { createDocumentedApp, documentOf } from '../support/api-documents.js';
import { breakingChanges } from '../support/contract/breaking-changes.js';
import { contractOf, digestOf } from '../support/contract/contract.js';
import { latestContract } from '../support/contract/latest-contract.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

/*
 * The attack: a version that changes under its clients. A field that is gone, a parameter that is suddenly
 * demanded, a scope more, and programs that nobody has touched stop.
 */

const HOW_TO_UPDATE =
  'The API is described differently now. If that is meant, run: npm run docs:openapi, and look at the difference.';

const HOW_TO_BREAK =
  'A version that is published must not break: restore what is gone, make what is new optional, or begin the next version. ' +
  'What was written by an earlier run and is not committed yet goes away with: git checkout docs/openapi.';

const howToTell = (digest: string): string =>
  `The contract has changed: tell it with an entry at the top of src/versioning/changelog/changes.ts, with ${digest} in its contract, and run: npm run docs:changelog.`;

let app: TestApp;

beforeAll(async () => {
  app = await createDocumentedApp();
});
afterAll(() => app.stop());

const snapshotOf = (version: string): string =>
  new URL(`../../docs/openapi/v${version}.json`, import.meta.url).pathname;

describe.each(['1', '2'] as const)('version %s', (version) => {
  it('[P10.5] breaks nobody who was written for its published contract', async () => {
    const file = snapshotOf(version);
    const published = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Document) : undefined;
    const current = documentOf(app, version);

    const broken = published ? breakingChanges(contractOf(published), contractOf(current)) : [];

    expect(broken, HOW_TO_BREAK).toEqual([]);
    // Not before: an update must not make a break the new truth.
    await expect(`${JSON.stringify(current, null, 2)}\n`, HOW_TO_UPDATE).toMatchFileSnapshot(file);
  });

  it('[P5.3] has a changelog that knows its contract', async () => {
    const digest = digestOf(contractOf(documentOf(app, version)));

    expect(latestContract(version), howToTell(digest)).toBe(digest);
  });
});

describe('the contract', () => {
  it('[P10.5] is the same whatever numbers, limits and dates an operator has chosen', async () => {
    const other = await createDocumentedApp({
      environment: {
        RATE_LIMIT_SUBJECT: '7/minute',
        TLS_PROFILE: 'modern',
        API_KEY_MAX_LIFETIME_DAYS: '30',
        CORS_ALLOWED_ORIGINS: 'https://other.example',
        API_V1_DEPRECATED_ON: '2025-01-01',
        API_V1_SUNSET_ON: '2028-01-01',
      },
    });

    for (const version of ['1', '2']) {
      const [one, another] = [documentOf(app, version), documentOf(other, version)];

      expect(one).not.toEqual(another);
      expect(digestOf(contractOf(one))).toBe(digestOf(contractOf(another)));
    }
    await other.stop();
  });

  it('[P10.5] [P5.3] counter-proof: a route that changes is seen, as a break, and by a digest that no entry knows', async () => {
    class Answer {
      @IsIn(['old'])
      readonly state!: string;
    }
    class OtherAnswer {
      @IsIn(['new'])
      readonly state!: string;
    }
    const [before, after] = await Promise.all([
      withRoute(Answer, 'a:read'),
      withRoute(OtherAnswer, 'a:write'),
    ]);

    expect(breakingChanges(contractOf(before), contractOf(after))).toEqual([
      'GET /v2/things needs the scope a:write',
      'GET /v2/things needs the scope a:write',
      'GET /v2/things needs the scope a:write',
      'GET /v2/things 200.state can now be new',
    ]);
    expect(digestOf(contractOf(after))).not.toBe(latestContract('2'));
  });
});

async function withRoute(answer: new () => object, scope: string): Promise<Document> {
  @Controller({ path: 'things', version: '2' })
  class ThingsController {
    @Get()
    @ApiOperation({ summary: 'Read' })
    @ApiOkResponse({ description: 'It.', type: answer })
    @RequireScopes(scope)
    read(): object {
      return {};
    }
  }
  @Module({ controllers: [ThingsController] })
  class ThingsModule {}
  const changed = await createTestApp({ modules: [ThingsModule] });
  const document = documentOf(changed, '2');
  await changed.stop();
  return document;
}
