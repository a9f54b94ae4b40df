import { randomInt } from 'node:crypto';
import { Body, Controller, Module, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Document } from '../../src/api-docs/open-api.js';
import { Public } from '../../src/platform/http/routes/public.decorator.js';
import { MayBeAbsent } from '../../src/validation/rules/optional.decorator.js';
import { documentOf } from '../support/api-documents.js';
import { aCustomer } from '../support/customers.js';
import { freePort } from '../support/free-port.js';
import { Credentials } from '../support/fuzzing/credentials.js';
import { fuzz, type FuzzOptions, type FuzzReport } from '../support/fuzzing/fuzz.js';
import { operationsOfAll } from '../support/fuzzing/operations.js';
import { requestsTo } from '../support/fuzzing/requests.js';
import { SessionIssuer } from '../support/session-issuer.js';
import { createTestApp, type TestApp, type TestAppOptions } from '../support/test-app.js';
import { SESSION_ENVIRONMENT } from '../support/test-browser.js';
import { without } from '../support/without.js';

/*
 * The attack: everything that nobody thought of. A machine writes requests that look like those of the
 * documentation and are wrong somewhere, and waits for a crash, a stack trace or an answer that no document knows.
 */

const { FUZZ_SEED, FUZZ_REQUESTS } = process.env;
/** The ordinary run is always the same one, so that it fails for a change and not by chance. */
const seed = Number(FUZZ_SEED ?? (FUZZ_REQUESTS === undefined ? 1 : randomInt(2 ** 31)));
const requests = Number(FUZZ_REQUESTS ?? 2000);
const FEW = 200;
const SECONDS_PER_REQUEST = 0.05;

class CarelessBody {
  @MayBeAbsent()
  @IsString()
  @MaxLength(10)
  readonly name?: string;
}

@Controller({ path: 'careless', version: '2' })
class CarelessController {
  @Post()
  @Public()
  @ApiOperation({ summary: 'Trust what comes' })
  @ApiCreatedResponse({ description: 'It.' })
  create(@Body() { name }: CarelessBody): void {
    // It is there in every request that anybody has tried.
    (name as string).trim();
  }
}

@Module({ controllers: [CarelessController] })
class CarelessModule {}

async function createFuzzedApp(options: TestAppOptions = {}): Promise<TestApp> {
  const environment = {
    ...SESSION_ENVIRONMENT,
    RATE_LIMIT_SUBJECT: '1000000/hour',
    RATE_LIMIT_PLANS: 'standard=1000000/minute,high=1000000/minute',
    RATE_LIMIT_DOCUMENTATION: '1000000/hour',
  };
  const issuer = await SessionIssuer.start();
  const app = await createTestApp({ issuer, environment, ...options });
  issuer.now = () => app.clock.nowMilliseconds();
  return app;
}

const fuzzed = (app: TestApp, options: Partial<FuzzOptions> = {}): Promise<FuzzReport> =>
  fuzz({
    url: app.url,
    documents: documentsOf(app),
    credentials: new Credentials(app),
    seed,
    requests: FEW,
    ...options,
  });

const documentsOf = (app: TestApp): Document[] => ['1', '2'].map((version) => documentOf(app, version));

/** What a person reads who wants to see it again. */
const told = ({ faults }: FuzzReport): string =>
  [`FUZZ_SEED=${seed} FUZZ_REQUESTS=${requests}`, ...[...faults].map((fault) => fault.join('\n    '))].join(
    '\n',
  );

describe('requests that a machine wrote', () => {
  let app: TestApp;
  let report: FuzzReport;
  beforeAll(
    async () => {
      app = await createFuzzedApp();
      report = await fuzzed(app, { requests });
    },
    60_000 + requests * SECONDS_PER_REQUEST * 1000,
  );
  afterAll(() => app.stop());

  it('[P3.1] [P10.3] break nothing, tell nothing, and get only answers that are documented', () => {
    expect([...report.faults.keys()], told(report)).toEqual([]);
  });

  it('[P3.1] are refused and served, so that both are looked at', () => {
    const statuses = [...report.statuses.keys()];
    if (FUZZ_REQUESTS !== undefined) {
      const perSecond = Math.round(requests / report.seconds);
      console.info(`seed ${seed}, ${perSecond} requests a second;`, report.statuses);
    }

    expect(statuses).toEqual(expect.arrayContaining([200, 201, 400, 401, 403, 404, 415]));
    expect(statuses).not.toContain(429);
  });

  it('[P3.1] reach every operation: each of them serves at least one', () => {
    expect(report.unserved, told(report)).toEqual([]);
  });

  it('[P3.1] leave an application that serves everybody else', async () => {
    const person = await app.as();

    expect((await person.post('/v2/customers', aCustomer())).status).toBe(201);
    expect((await person.get('/v2/customers')).status).toBe(200);
  });

  it('[P3.1] are the same ones for the same seed', () => {
    const arbitrary = requestsTo(operationsOfAll(documentsOf(app)));
    const written = (): string[] =>
      fc
        .sample(arbitrary, { seed, numRuns: FEW })
        .map(({ identity, method, target, headers, body }) =>
          JSON.stringify([identity, method, target, headers, body]),
        );

    expect(written()).toEqual(written());
    expect(new Set(written()).size).toBeGreaterThan(FEW / 2);
  });
});

describe('with the defence out, the machine finds it', { timeout: 120_000 }, () => {
  const reportOf = async (
    options: TestAppOptions,
    only: RegExp,
    documents: (app: TestApp) => Document[] = documentsOf,
  ): Promise<FuzzReport> => {
    const app = await createFuzzedApp(options);
    const report = await fuzzed(app, { only, documents: documents(app) });
    await app.stop();
    return report;
  };
  const faultsOf = async (...parameters: Parameters<typeof reportOf>): Promise<string[]> => [
    ...(await reportOf(...parameters)).faults.keys(),
  ];

  it('[P3.1] counter-proof: without strict validation, requests break the server', async () => {
    const faults = await faultsOf({ removal: without('strict validation') }, /^\/v2\/customers$/);

    expect(faults).toContainEqual(expect.stringMatching(/ 500: a failure of the server/));
  });

  it('[P3.1] counter-proof: a careless route is found, with the request that breaks it', async () => {
    const faults = await faultsOf({ modules: [CarelessModule] }, /careless/);

    expect(faults).toContainEqual(expect.stringMatching(/^POST \/v2\/careless 500: a failure of the server/));
  });

  it('[P3.1] counter-proof: an operation that refuses everything is not taken for a tested one', async () => {
    const { unserved } = await reportOf({}, /^\/v2\/(customers|forgotten)$/, (app) =>
      documentsOf(app).map((document) => {
        const { get } = document.paths['/v2/customers'] ?? {};
        return { ...document, paths: { ...document.paths, ...(get ? { '/v2/forgotten': { get } } : {}) } };
      }),
    );

    expect(unserved).toEqual(['GET /v2/forgotten']);
  });

  it('[P3.1] counter-proof: a server that answers no more is not taken for one that nothing has broken', async () => {
    const app = await createFuzzedApp();
    const run = fuzzed(app, { url: `http://127.0.0.1:${await freePort()}` });

    await expect(run).rejects.toThrow('broke off');
    await app.stop();
  });

  it('[P10.3] counter-proof: without problem documents, an error tells its secrets', async () => {
    const faults = await faultsOf(
      { removal: without('problem documents'), modules: [CarelessModule] },
      /careless|customers/,
    );

    expect(faults).toContainEqual(expect.stringMatching(/an error as/));
  });

  it('[P10.3] counter-proof: an answer that a document has lost is missed', async () => {
    const faults = await faultsOf({}, /^\/v2\/customers$/, (app) =>
      documentsOf(app).map((document) => {
        delete document.paths['/v2/customers']?.get?.responses['400'];
        return document;
      }),
    );

    expect(faults).toEqual(['GET /v2/customers 400: the status is not documented']);
  });
});
