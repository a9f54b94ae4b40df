import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import tls from 'node:tls';
import { identityProvider } from '../../dev/identity-provider/identity-provider.ts';
import { API_SCOPES } from '../../dev/identity-provider/users.ts';
import { closeServers } from '../../dev/loopback-servers.ts';
import type { PostgresServer } from '../../dev/postgres.ts';
import { ensureSecrets, type Secrets } from '../../dev/secrets.ts';
import { AUDIENCE } from '../../dev/settings.ts';
import type { Environment } from '../../src/platform/config/configuration.js';
import { startCaddy, type Proxy, type ProxyOptions } from './caddy.js';
import { TestAuthority, type Certificate } from './certificates.js';
import { testEnvironment } from './environment.js';
import { freePort } from './free-port.js';
import { startProcess, type InstanceProcess } from './processes.js';
import type { RedisServer } from './redis.js';
import { startTlsPostgres, verifiedUrl } from './tls-postgres.js';
import { startTlsRedis, trusting } from './tls-redis.js';

const REDIS_PASSWORD = 'a-password-of-this-test-run';

/**
 * What Compose makes, without containers: PostgreSQL and Redis with TLS, Redis with its access list, the identity provider,
 * and two instances of the built application in production mode behind the proxy.
 */
export class Deployment {
  readonly instances: InstanceProcess[] = [];
  private readonly defaultAuthorities = tls.getCACertificates('default');
  private server!: Server;

  private constructor(
    readonly url: string,
    readonly plainUrl: string,
    readonly issuer: string,
    readonly secrets: Secrets,
    readonly environment: Environment,
    private readonly ports: readonly number[],
    private readonly parts: {
      readonly folder: string;
      readonly postgres: PostgresServer;
      readonly redis: RedisServer;
      readonly proxyOptions: ProxyOptions;
    },
    private proxy: Proxy,
  ) {}

  static async start(settings: Environment = {}): Promise<Deployment> {
    const folder = await mkdtemp(path.join(tmpdir(), 'secure-api-deployment-'));
    // As root, PostgreSQL runs as another user, who must be able to enter.
    await chmod(folder, 0o755);
    const file = (name: string): string => path.join(folder, name);
    const authority = await TestAuthority.create('The authority of this deployment');
    await authority.writeTo(folder);
    const [postgres, redis, secrets] = await Promise.all([
      authority.issue(['localhost']).then((certificate) => startTlsPostgres(folder, certificate)),
      authority.issue(['localhost']).then((certificate) => startListedRedis(folder, certificate)),
      ensureSecrets(folder),
    ]);
    const [apiPort = 0, plainPort = 0, identityProviderPort = 0, hidden = 0, ...ports] = await Promise.all(
      Array.from({ length: 6 }, () => freePort()),
    );
    const [url, issuer] = [apiPort, identityProviderPort].map((port) => `https://localhost:${port}`) as [
      string,
      string,
    ];
    const environment = {
      ...testEnvironment(verifiedUrl(postgres, 'application', 'localhost', file('authority.crt')), issuer),
      NODE_ENV: 'production',
      RATE_LIMIT_ANONYMOUS: undefined,
      RATE_LIMIT_FAILED_AUTHENTICATION: undefined,
      HTTP_SERVER_TRUSTED_PROXIES: '127.0.0.1',
      REDIS_URL: trusting(redis.url, file('authority.crt')),
      OIDC_AUDIENCE: AUDIENCE,
      NODE_EXTRA_CA_CERTS: file('authority.crt'),
      SESSION_CLIENT_ID: 'demo-web',
      SESSION_CLIENT_SECRET: secrets.demoWebSecret,
      SESSION_PUBLIC_ORIGIN: url,
      SESSION_SCOPES: ['openid', ...API_SCOPES].join(','),
      SESSION_RETURN_URLS: `${url}/docs/`,
      ...settings,
    };
    const proxyOptions = {
      folder,
      apiPort,
      plainPort,
      identityProviderPort,
      instances: ports,
      identityProvider: hidden,
    };
    const proxy = await startCaddy(proxyOptions);
    const parts = { folder, postgres, redis, proxyOptions };
    const plainUrl = `http://localhost:${plainPort}`;
    const deployment = new Deployment(url, plainUrl, issuer, secrets, environment, ports, parts, proxy);
    tls.setDefaultCACertificates([...deployment.defaultAuthorities, authority.certificate]);
    const provider = { issuer, audience: AUDIENCE, webOrigin: url, appUrl: `${url}/docs/`, secrets };
    deployment.server = createServer(identityProvider(provider)).listen(hidden, '127.0.0.1');
    await once(deployment.server, 'listening');
    for (const port of ports) {
      deployment.instances.push(await startProcess(environment, port));
    }
    return deployment;
  }

  /** Ends one instance as an orchestrator does, and starts it again. @returns its exit code */
  async restart(index: number, settings: Environment = {}): Promise<number | null> {
    const code = await this.instances[index]?.end();
    await this.revive(index, settings);
    return code ?? null;
  }

  /** Starts an instance that has ended, at its old place. */
  async revive(index: number, settings: Environment = {}): Promise<void> {
    this.instances[index] = await startProcess({ ...this.environment, ...settings }, this.ports[index]);
  }

  /** The same proxy, but for what these options take from it. */
  async replaceProxy(options: Partial<ProxyOptions>): Promise<void> {
    await this.proxy.stop();
    this.proxy = await startCaddy({ ...this.parts.proxyOptions, ...options });
  }

  /** How often a line with this text stands in the logs of all instances. */
  logged(text: string): number {
    return this.instances
      .flatMap((instance) => instance.output().split('\n'))
      .filter((line) => line.includes(text)).length;
  }

  /** Ends all instances; the rest stays. */
  async end(): Promise<void> {
    await Promise.all(this.instances.map((instance) => instance.end()));
    this.instances.length = 0;
  }

  async stop(): Promise<void> {
    await this.end();
    await this.proxy.stop();
    await closeServers([this.server]);
    await this.parts.redis.stop();
    await this.parts.postgres.stop();
    tls.setDefaultCACertificates(this.defaultAuthorities);
    await rm(this.parts.folder, { recursive: true, force: true });
  }
}

/** Redis with the access list that Compose makes: one user, without the commands of administrators. */
async function startListedRedis(folder: string, certificate: Certificate): Promise<RedisServer> {
  const aclFile = path.join(folder, 'users.acl');
  const script = await readFile('deploy/compose/make-secrets.sh', 'utf8');
  const list = /printf '(user default off\\n.*?)\\n'/.exec(script)?.[1];
  if (list === undefined) {
    throw new Error('make-secrets.sh writes no access list any more');
  }
  await writeFile(aclFile, `${list.replace('\\n', '\n').replace('%s', REDIS_PASSWORD)}\n`);
  const redis = await startTlsRedis(folder, certificate, ['--aclfile', aclFile]);
  if (!redis) {
    throw new Error('redis-server is missing');
  }
  return { ...redis, url: redis.url.replace('rediss://', `rediss://api:${REDIS_PASSWORD}@`) };
}
