import { describe, expect, it } from 'vitest';
import { faultsOf, networksOf, readComposition } from './compose.js';
import { read } from './repository.js';

const text = read('docker-compose.yml');
const { services } = readComposition(text);

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
