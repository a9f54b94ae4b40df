import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { LogDestination } from '../../src/monitoring/log/log-destination.js';
import { Clock } from '../../src/platform/clock/clock.js';
import type { Environment } from '../../src/platform/config/configuration.js';
import { ApiClient } from './api-client.js';
import { buildApp, type BuildOptions } from './build-app.js';
import { Conformance } from './conformance/conformance.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { testEnvironment } from './environment.js';
import { TestIssuer } from './issuer.js';
import { LogLines } from './log-lines.js';
import { TestClock } from './test-clock.js';

export interface TestAppOptions extends Pick<BuildOptions, 'modules' | 'removal'> {
  /** Variables beside, or instead of, the ordinary ones; undefined takes one away. */
  readonly environment?: Environment;
  /** An issuer that can do more than the ordinary one. */
  readonly issuer?: TestIssuer;
  /** Another clock than one that stands still. */
  readonly clock?: TestClock;
  /** Where a browser must find it; absent: any free port. */
  readonly port?: number;
  /** Shares the database and issuer of another application, as a second instance does. */
  readonly besides?: TestApp;
}

/** The real application on a real port, with a database and an issuer of its own. */
export class TestApp {
  constructor(
    readonly nest: NestFastifyApplication,
    readonly url: string,
    readonly database: TestDatabase,
    readonly issuer: TestIssuer,
    readonly clock: TestClock,
    readonly log: LogLines,
    /** The variables that an operator would set; a second instance gets the same ones. */
    readonly environment: Environment,
    private readonly ownsServers: boolean,
    /** Absent where a defence is out, which the documentation may count on. */
    readonly conformance: Conformance | undefined,
  ) {}

  /** A client without a credential. */
  get api(): ApiClient {
    return new ApiClient(this.url);
  }

  /** A client with an access token of these claims. */
  async as(claims: Record<string, unknown> = {}): Promise<ApiClient> {
    return this.api.withToken(await this.issuer.token({ claims }));
  }

  async stop(): Promise<void> {
    await this.nest.close();
    this.conformance?.assertNone();
    if (this.ownsServers) {
      await this.issuer.stop();
      await this.database.drop();
    }
  }
}

/** nestjs-pino keeps one root logger per process, so all applications of a test file write here. */
const log = new LogLines();

export async function createTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const database = options.besides?.database ?? (await createTestDatabase());
  const issuer = options.besides?.issuer ?? options.issuer ?? (await TestIssuer.start());
  const clock = options.clock ?? new TestClock();
  if (!options.besides) {
    // One clock for both: with one of them standing, a slow run would make tokens of the other's future.
    issuer.now = () => clock.nowMilliseconds();
  }
  const ordinary = options.besides?.environment ?? testEnvironment(database.url('application'), issuer.url);
  const environment = { ...ordinary, ...options.removal?.environment?.(database), ...options.environment };
  const nest = await buildApp(environment, {
    ...options,
    override: (builder) =>
      void builder.overrideProvider(Clock).useValue(clock).overrideProvider(LogDestination).useValue(log),
  });
  const conformance = options.removal ? undefined : new Conformance(nest).watch();
  await nest.listen(options.port ?? 0, '127.0.0.1');
  const url = await nest.getUrl();
  return new TestApp(nest, url, database, issuer, clock, log, ordinary, !options.besides, conformance);
}
