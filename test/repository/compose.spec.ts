import { describe, expect, it } from 'vitest';
import { parseConfiguration } from '../../src/platform/config/configuration.js';
import { HttpConfig } from '../../src/platform/http/http.config.js';
import { faultsOf, isCut, networksOf, overlaid, readComposition } from './compose.js';
import { exists, read } from './repository.js';

const text = read('docker-compose.yml');
const { services } = readComposition(text);

/** Every file that a service mounts, and the test in which the program that reads it says that it is sound. */
const CHECKED_BY: Readonly<Record<string, string>> = {
  './deploy/compose/make-secrets.sh': 'test/platform/compose-secrets.e2e-spec.ts',
  './deploy/compose/pg_hba.conf': 'test/platform/compose-files.e2e-spec.ts',
  './deploy/compose/redis.conf': 'test/platform/compose-files.e2e-spec.ts',
  './deploy/compose/Caddyfile': 'test/platform/compose-files.e2e-spec.ts',
  './deploy/prometheus/prometheus.yml': 'test/practices/p08-rules.e2e-spec.ts',
  './deploy/prometheus/rules': 'test/practices/p08-rules.e2e-spec.ts',
  './deploy/alertmanager/alertmanager.yml': 'test/practices/p08-rules.e2e-spec.ts',
  './deploy/grafana/provisioning': 'test/practices/p08-dashboard.e2e-spec.ts',
  './deploy/grafana/dashboards': 'test/practices/p08-dashboard.e2e-spec.ts',
};

describe('docker-compose.yml', () => {
  it('confines every service, publishes the proxy alone, and holds no secret', () => {
    expect(Object.keys(services).length).toBeGreaterThan(8);
    expect(faultsOf(readComposition(text))).toEqual([]);
  });

  it('keeps the proxy away from database and Redis', () => {
    const reachable = networksOf(services['proxy'] ?? {});
    const meets = Object.entries(services).filter(([, service]) =>
      networksOf(service).some((network) => reachable.includes(network)),
    );

    expect(meets.map(([name]) => name).toSorted()).toEqual(['api', 'identity-provider', 'proxy']);
  });

  it('has no Redis that speaks anything but TLS', () => {
    const settings = read('deploy/compose/redis.conf').split('\n');

    expect(settings.filter((line) => /^(port|tls-port|tls-protocols) /.test(line))).toEqual([
      'port 0',
      'tls-port 6379',
      'tls-protocols "TLSv1.2 TLSv1.3"',
    ]);
  });

  it('mounts no file that no test shows to its program', () => {
    const mounted = Object.values(services)
      .flatMap(({ volumes = [] }) => volumes.map((volume) => volume.split(':')[0] ?? ''))
      .filter((source) => source.startsWith('./'));

    expect(mounted.toSorted()).toEqual(Object.keys(CHECKED_BY).toSorted());
    for (const [file, test] of Object.entries(CHECKED_BY)) {
      expect(exists(test) && read(test), test).toContain(file.split('/').at(-1));
    }
  });

  it('tells the proxy how long a body may be by the setting of the API, with the same default', () => {
    const { bodyLimitBytes } = parseConfiguration([HttpConfig], {}).get(HttpConfig) as HttpConfig;

    expect(services['proxy']?.environment).toMatchObject({
      HTTP_SERVER_BODY_LIMIT_BYTES: `\${HTTP_SERVER_BODY_LIMIT_BYTES:-${bodyLimitBytes}}`,
    });
    expect(read('deploy/compose/Caddyfile')).toContain(`{$HTTP_SERVER_BODY_LIMIT_BYTES:${bodyLimitBytes}}`);
  });

  it('runs an API that by default ends within what Kubernetes grants if nothing else is said', () => {
    expect(isCut({ stop_grace_period: '30s' })).toBe(false);
  });

  it('gives the API no credential but its own', () => {
    expect(services['api']?.volumes).toEqual(['secrets-api:/run/secrets:ro']);
  });

  it.each([
    ['read_only: true', 'read_only: false', 'api: can write to its root file system'],
    ['cap_drop: [ALL]', 'cap_drop: []', 'redis: keeps capabilities'],
    ['cap_add: [NET_BIND_SERVICE]', 'cap_add: [SYS_ADMIN]', 'proxy: has a capability more'],
    ['no-new-privileges:true', 'no-new-privileges:false', 'proxy: can gain privileges'],
    [`user: '1000:1000'`, `user: '0:0'`, 'proxy: is root'],
    ['mem_limit: 192m', 'cpu_shares: 1', 'redis: has no bound of memory'],
    ['caddy:2.11.4', 'caddy:latest', 'proxy: has no exact version'],
    ['stop_grace_period: 30s', 'stop_grace_period: 20s', 'api: is cut while it ends'],
    [`REDIS_URL: ''`, 'REDIS_URL: redis://api:x@redis', 'api: has a secret in its environment'],
    [`'127.0.0.1:\${GRAFANA_PORT:-3030}:3000'`, `'3000:3000'`, 'grafana: is published'],
    ['networks: [edge]', 'networks: [edge, data]', 'identity-provider: meets the database and the outside'],
    ['./deploy/compose/redis.conf', './deploy/compose/rdis.conf', 'redis: mounts what is not there'],
    ['data: { internal: true }', 'data: {}', 'data is not internal'],
  ])('counter-proof: %s made %s is found', (sound, faulty, fault) => {
    const planted = text.replace(sound, faulty);

    expect(planted).not.toBe(text);
    expect(faultsOf(readComposition(planted))).toContain(fault);
  });
});

describe('docker-compose.test.yml', () => {
  const test = readComposition(read('docker-compose.test.yml'));
  const attacked = overlaid(readComposition(text), test);

  it('confines the attacker like everybody else, and publishes nothing', () => {
    const published = Object.entries(attacked.services).filter(([, { ports = [] }]) => ports.length > 0);

    expect(faultsOf(attacked)).toEqual([]);
    // On this machine alone, and only with its profile.
    expect(published.map(([name]) => name)).toEqual(['grafana']);
  });

  it('places the attacker where callers are, with nothing of the API', () => {
    expect(networksOf(attacked.services['attack'] ?? {})).toEqual(['edge']);
    expect(attacked.services['attack']?.volumes).toEqual(['secrets-provider:/run/secrets:ro']);
  });

  it('changes limits and one origin of the API, and no other setting', () => {
    const changed = Object.keys(test.services['api']?.environment ?? {});

    expect(changed.filter((name) => !name.startsWith('RATE_LIMIT_'))).toEqual(['CORS_ALLOWED_ORIGINS']);
  });

  it('counter-proof: an attacker on the network of the database is found', () => {
    const planted = read('docker-compose.test.yml').replace('networks: [edge]', 'networks: [edge, data]');

    expect(faultsOf(overlaid(readComposition(text), readComposition(planted)))).toContain(
      'attack: meets the database and the outside',
    );
  });
});
