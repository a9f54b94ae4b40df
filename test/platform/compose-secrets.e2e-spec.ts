import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONFIG_SLICES } from '../../src/app.module.js';
import { parseConfiguration } from '../../src/platform/config/configuration.js';

/* What Compose makes on the first start: every secret, for nobody but its consumer, and the same ones on the second. */

let folder: string;
const contents = (): Record<string, string> =>
  Object.fromEntries(
    globSync('*/*', { cwd: folder })
      .toSorted()
      .map((file) => [file, readFileSync(path.join(folder, file), 'utf8')]),
  );
const of = (file: string): string => readFileSync(path.join(folder, file), 'utf8');

/** As in the container, but that nobody else is given a file: this machine has no such users. */
function makeSecrets(): void {
  const tools = path.join(folder, '..', `${path.basename(folder)}-tools`);
  mkdirSync(tools, { recursive: true });
  writeFileSync(path.join(tools, 'chown'), '#!/bin/sh\n', { mode: 0o755 });
  execFileSync('sh', ['deploy/compose/make-secrets.sh', folder], {
    env: { PATH: `${tools}:${process.env['PATH']}` },
    stdio: 'pipe',
  });
  rmSync(tools, { recursive: true });
}

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'secure-api-secrets-'));
  for (const consumer of ['postgres', 'redis', 'owner', 'operator', 'api', 'proxy', 'provider', 'grafana']) {
    mkdirSync(path.join(folder, consumer));
  }
  makeSecrets();
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the secrets of the composed system', () => {
  it('are readable by their owner alone', () => {
    const modes = Object.keys(contents()).map((file) => statSync(path.join(folder, file)).mode & 0o077);

    expect(modes.length).toBeGreaterThan(30);
    expect(modes.filter((mode) => mode !== 0)).toEqual([]);
  });

  it('stay when they are made again, but one that is missing is made anew', () => {
    const before = contents();
    rmSync(path.join(folder, 'grafana/admin_password'));

    makeSecrets();

    const { 'grafana/admin_password': made, ...others } = contents();
    const { 'grafana/admin_password': old, ...rest } = before;
    expect(others).toEqual(rest);
    expect(made).toMatch(/^[0-9a-f]{48}\n$/);
    expect(made).not.toBe(old);
  });

  it('are what the API starts with in production', () => {
    const environment = Object.fromEntries(
      globSync('*', { cwd: path.join(folder, 'api') })
        .filter((name) => !name.endsWith('.crt'))
        .map((name) => [name.toUpperCase(), of(`api/${name}`).trim()]),
    );
    const here = (name: string) => environment[name]?.replace('/run/secrets/', path.join(folder, 'api/'));

    const parse = () =>
      parseConfiguration(CONFIG_SLICES, {
        ...environment,
        DATABASE_URL: here('DATABASE_URL'),
        REDIS_URL: here('REDIS_URL'),
        NODE_ENV: 'production',
        HTTP_SERVER_TRUSTED_PROXIES: '172.31.254.2',
        OIDC_ISSUER: 'https://id.example',
        OIDC_AUDIENCE: 'https://api.example',
        SESSION_CLIENT_ID: 'demo-web',
        SESSION_PUBLIC_ORIGIN: 'https://api.example',
        SESSION_RETURN_URLS: 'https://api.example/docs/',
        API_V1_DEPRECATED_ON: '2026-11-01',
        API_V1_SUNSET_ON: '2028-11-01',
      });

    expect(parse).not.toThrow();
  });

  it('hold certificates of the authorities that their users trust', () => {
    const server = new X509Certificate(of('postgres/server.crt'));
    const redis = new X509Certificate(of('redis/server.crt'));
    const local = new X509Certificate(of('proxy/authority.crt'));

    expect(server.verify(new X509Certificate(of('api/database_authority.crt')).publicKey)).toBe(true);
    expect(server.checkHost('postgres')).toBe('postgres');
    expect(redis.verify(new X509Certificate(of('api/redis_authority.crt')).publicKey)).toBe(true);
    expect(redis.checkHost('redis')).toBe('redis');
    expect(local.ca).toBe(true);
    expect(local.checkPrivateKey(createPrivateKey(of('proxy/authority.key')))).toBe(true);
    expect(of('api/local_authority.crt')).toBe(of('proxy/authority.crt'));
  });

  it('give Redis one user, without the commands of administrators', () => {
    expect(of('redis/users.acl')).toMatch(
      /^user default off\nuser api on >[0-9a-f]{48} resetchannels ~\* &\* \+@all -@admin -@dangerous \+info\n$/,
    );
  });

  it('replace an address of Redis without TLS, which an earlier version made', () => {
    const made = of('api/redis_url');
    for (const owner of ['api', 'operator']) {
      chmodSync(path.join(folder, owner, 'redis_url'), 0o600);
      writeFileSync(path.join(folder, owner, 'redis_url'), 'redis://api:old@redis:6379');
    }

    makeSecrets();

    expect(made).toMatch(/^rediss:/);
    expect([of('api/redis_url'), of('operator/redis_url')]).toEqual([made, made]);
  });

  it('give the API no credential of owner or operators', () => {
    const url = of('api/database_url');
    const passwords = Object.entries(contents()).filter(([file]) => /^owner\/\w+_password$/.test(file));
    const known = passwords.filter(([, password]) =>
      Object.entries(contents()).some(
        ([file, text]) => file.startsWith('api/') && text.includes(password.trim()),
      ),
    );

    expect(url).toContain('secure_api_application');
    expect(known.map(([file]) => file)).toEqual(['owner/application_password']);
  });
});
