import { parse } from 'yaml';
import { parseConfiguration } from '../../src/platform/config/configuration.js';
import { HttpConfig } from '../../src/platform/http/http.config.js';
import { exists } from './repository.js';

interface Service {
  readonly image?: string;
  readonly user?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly cap_add?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly mem_limit?: string;
  readonly pids_limit?: number;
  readonly stop_grace_period?: string;
  readonly privileged?: boolean;
  readonly network_mode?: string;
  readonly networks?: readonly string[] | Readonly<Record<string, unknown>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly healthcheck?: { readonly disable?: boolean };
  readonly build?: unknown;
}

export interface Composition {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
}

export function readComposition(text: string): Composition {
  // `!reset` empties what the first of two files says; the parser would warn of a tag that it does not know.
  return parse(text, { merge: true, logLevel: 'error' }) as Composition;
}

/** Two files as Compose lays the second one over the first. */
export function overlaid(base: Composition, upper: Pick<Composition, 'services'>): Composition {
  const services = Object.entries(upper.services).map(([name, service]) => {
    const below = base.services[name] ?? {};
    return [name, { ...below, ...service, environment: { ...below.environment, ...service.environment } }];
  });
  return { ...base, services: { ...base.services, ...Object.fromEntries(services) } };
}

/** Who may be what no other service is, with the reason in the file itself. */
const ALLOWED = {
  root: ['secrets'],
  capabilities: { secrets: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER'], proxy: ['NET_BIND_SERVICE'] } as Record<
    string,
    readonly string[]
  >,
  /** Beside the proxy only what the machine alone reaches. */
  published: ['proxy'],
};

const SECRET_NAME = /(PASSWORD|SECRET|_KEYS?|DATABASE_URL|REDIS_URL|PEPPERS|TOKEN)$/;

export function networksOf({ networks = [] }: Service): readonly string[] {
  return Array.isArray(networks) ? (networks as string[]) : Object.keys(networks);
}

/** Whether this service, as an instance of the API, may still be ending when it is killed. */
export function isCut({ environment = {}, stop_grace_period: granted = '10s' }: Service): boolean {
  const delay = 'HTTP_SERVER_SHUTDOWN_DELAY_SECONDS';
  const settings = { [delay]: environment[delay]?.replace(/^\$\{\w+:-(\d+)\}$/, '$1') };
  const http = parseConfiguration([HttpConfig], settings).get(HttpConfig) as HttpConfig;
  const needed = http.shutdownDelaySeconds + http.drainSeconds + http.shutdownTimeoutSeconds;
  return Number.parseInt(granted, 10) <= needed;
}

/** What of a composition is not as hardened as it should be. */
export function faultsOf({ services, networks }: Composition): string[] {
  return [
    ...Object.entries(services).flatMap(([name, service]) =>
      [...confinementFaults(name, service), ...placeFaults(name, service)].map(
        (fault) => `${name}: ${fault}`,
      ),
    ),
    ...['data', 'metrics']
      .filter((name) => networks[name]?.internal !== true)
      .map((name) => `${name} is not internal`),
  ];
}

function confinementFaults(name: string, service: Service): string[] {
  const isRoot = !service.build && service.image !== undefined && !service.image.startsWith('secure-api');
  const user = service.user ?? (isRoot ? '0' : '1000');
  const allowed = ALLOWED.capabilities[name] ?? [];
  return faults({
    'can write to its root file system': service.read_only !== true,
    'keeps capabilities': service.cap_drop?.includes('ALL') !== true,
    'has a capability more': (service.cap_add ?? []).some((capability) => !allowed.includes(capability)),
    'can gain privileges': service.security_opt?.includes('no-new-privileges:true') !== true,
    'is privileged': service.privileged === true,
    'is root': user.startsWith('0') && !ALLOWED.root.includes(name),
    'has no bound of memory': service.mem_limit === undefined,
    'has no bound of processes': service.pids_limit === undefined,
    'has no exact version': !/:(\d+\.\d+\.\d+|\d+\.\d+-|v\d+\.\d+\.\d+|\$\{VERSION)/.test(
      service.image ?? '',
    ),
  });
}

function placeFaults(name: string, service: Service): string[] {
  const isOpen = (port: string): boolean => !port.startsWith('127.0.0.1:');
  const secrets = Object.entries(service.environment ?? {}).filter(
    ([variable, value]) => SECRET_NAME.test(variable) && !/^(\$\{\w+:-\})?$/.test(value),
  );
  const mounted = (service.volumes ?? []).map((volume) => volume.split(':')[0] ?? '');
  return faults({
    'is published': (service.ports ?? []).some(isOpen) && !ALLOWED.published.includes(name),
    'meets the database and the outside':
      networksOf(service).includes('data') && ['proxy', 'identity-provider', 'attack'].includes(name),
    'is cut while it ends': name === 'api' && isCut(service),
    'has a secret in its environment': secrets.length > 0,
    'mounts what is not there': mounted.some((source) => source.startsWith('.') && !exists(source)),
    'mounts the engine': mounted.some((source) => source.includes('docker.sock')),
    'has no health check': service.healthcheck === undefined && !service.image?.startsWith('secure-api'),
    'is on no network of its own': service.network_mode === undefined && networksOf(service).length === 0,
  });
}

function faults(checks: Readonly<Record<string, boolean>>): string[] {
  return Object.entries(checks)
    .filter(([, isFault]) => isFault)
    .map(([fault]) => fault);
}
