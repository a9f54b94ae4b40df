import { createPrivateKey } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCommandLine } from '../../attack/command-line.ts';
import type { Secrets } from '../../dev/secrets.ts';
import { type AttackRun, runAttack } from '../support/attack-run.js';
import { hasCaddy } from '../support/caddy.js';
import { CarelessServer } from '../support/careless-server.js';
import { TestAuthority } from '../support/certificates.js';
import { Deployment } from '../support/deployment.js';

/*
 * The attacks over TLS: on the whole system behind the proxy of Compose, as docker-compose.test.yml fires them, and on
 * a server that speaks whatever its client wants.
 */

const MINUTES_5 = 300_000;
const APP = 'https://app.localhost';
const TOKENS = { ATTACK_TOKEN_A: 'a.e30.a', ATTACK_TOKEN_B: 'b.e30.b' };

/** Debian's proxy is older than the one of Compose, and passes on a header that has no name without it. */
const OLD_PROXY = ['P4.6-raw-header-without-name: answered 200'];

const evidenceOf = ({ report }: AttackRun, verdict: string): string[] =>
  report?.attacks
    .filter((attack) => attack.verdict === verdict)
    .map(({ id, evidence }) => `${id}: ${evidence}`) ?? [];

/** As Compose mounts them. */
async function mountSecrets(folder: string, secrets: Secrets): Promise<void> {
  const jwk = JSON.parse(secrets.signingKey) as Record<string, string>;
  const pem = createPrivateKey({ key: jwk, format: 'jwk' }).export({ format: 'pem', type: 'pkcs8' });
  const files = {
    demo_user_password: secrets.demoUserPassword,
    demo_service_secret: secrets.demoServiceSecret,
    demo_web_secret: secrets.demoWebSecret,
    cookie_key: secrets.cookieKey,
    'signing_key.pem': String(pem),
  };
  await Promise.all(
    Object.entries(files).map(([name, text]) => writeFile(path.join(folder, name), `${text}\n`)),
  );
}

describe.skipIf(!hasCaddy())('the attacks on the deployed system', () => {
  let system: Deployment;
  let folder: string;
  let run: AttackRun;

  beforeAll(async () => {
    system = await Deployment.start({
      CORS_ALLOWED_ORIGINS: APP,
      API_DOCS_ACCESS: 'public',
      // A busy machine is no loss of Redis, after which each instance would grant a share by itself.
      RATE_LIMIT_REDIS_TIMEOUT_MILLISECONDS: '5000',
    });
    folder = await mkdtemp(path.join(tmpdir(), 'secure-api-mounted-'));
    await mountSecrets(folder, system.secrets);
    const words = ['--target', system.url, '--issuer', system.issuer, '--secrets', folder];
    run = await runAttack([...words, '--allowed-origin', APP], {
      NODE_EXTRA_CA_CERTS: String(system.environment['NODE_EXTRA_CA_CERTS']),
    });
  }, MINUTES_5);
  afterAll(async () => {
    await system.stop();
    await rm(folder, { recursive: true });
  }, 60_000);

  it('[C.1] all are defended through the proxy, those on TLS among them', () => {
    expect(evidenceOf(run, 'LANDED').filter((line) => !OLD_PROXY.includes(line))).toEqual([]);
    expect(evidenceOf(run, 'inconclusive')).toEqual([]);
    expect(run.report?.totals.defended).toBeGreaterThan(1000);
    expect(
      run.report?.attacks.filter(({ id, verdict }) => /^P4\.[12]-/.test(id) && verdict === 'defended'),
    ).toHaveLength(6);
  });

  it('leave out only what a log would show, and what belongs to plaintext', () => {
    const others = evidenceOf(run, 'skipped').filter((line) => !/: needs .*(log|plain-http)/.test(line));

    expect(others).toEqual([]);
  });
});

describe('the attacks on a server that speaks whatever TLS its client wants', () => {
  let careless: CarelessServer;

  beforeAll(async () => {
    const authority = await TestAuthority.create('An authority that nobody knows');
    careless = await CarelessServer.start(await authority.issue(['127.0.0.1'], 1, 'rsa'));
  });
  afterAll(() => careless.stop());

  it('[C.1] counter-proof: every handshake that is too weak comes about', async () => {
    const runs = [
      await runAttack(['--target', careless.url, '--only', 'P4.1-'], TOKENS),
      await runAttack(['--target', careless.url, '--only', 'P4.2-'], TOKENS),
    ];

    expect(runs.flatMap((each) => evidenceOf(each, 'LANDED'))).toEqual(
      [
        'P4.1-tls-1.0',
        'P4.1-tls-1.1',
        'P4.2-no-forward-secrecy',
        'P4.2-cbc',
        'P4.2-weak',
        'P4.2-anonymous',
      ].map((id) => `${id}: the handshake came about`),
    );
  });
});

describe('the options for a system whose identity provider is known', () => {
  const ALL = [
    '--target',
    'https://localhost',
    '--issuer',
    'https://id',
    '--secrets',
    's',
    '--allowed-origin',
    APP,
  ];

  it.each([0, 2, 4, 6])('belong together: without the pair at %i they are refused', (index) => {
    expect(readCommandLine(ALL).provider).toEqual({
      issuer: 'https://id',
      secretsFolder: 's',
      allowedOrigin: APP,
    });
    expect(() => readCommandLine(ALL.toSpliced(index, 2))).toThrow('belong together');
  });

  it('name a folder in which there are secrets', async () => {
    const run = await runAttack(ALL.with(5, path.join(tmpdir(), 'no-such-folder')));

    expect(run.exitStatus).toBe(2);
    expect(run.output).toContain('The secrets of the identity provider are not in');
  });
});
