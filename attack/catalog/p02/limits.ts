import type { Attack } from '../../engine/attack.ts';
import type { Answer } from '../../engine/answer.ts';
import type { Attacker, Call } from '../../engine/attacker.ts';
import { Inconclusive } from '../../engine/inconclusive.ts';
import type { World } from '../../target/world.ts';

/* One address has used its limit up, and looks for a way round it. */

const LONGEST_LIMIT = 700;
const AT_ONCE = 20;
const TRIES = 4;

interface Evasion {
  readonly id: string;
  readonly name: string;
  /** One try; the number makes each of them another. */
  readonly call: (number: number, world: World) => Partial<Call>;
}

const byHeader = (name: string, value: (number: number) => string): Evasion => ({
  id: name.toLowerCase(),
  name: `The header ${name} claims another address each time.`,
  call: (number) => ({ headers: { [name]: value(number) } }),
});

const address = (number: number): string => `198.51.100.${number + 1}`;

const EVASIONS: readonly Evasion[] = [
  byHeader('X-Forwarded-For', address),
  byHeader('X-Real-IP', address),
  byHeader('X-Client-IP', address),
  byHeader('X-Cluster-Client-IP', address),
  byHeader('X-Originating-IP', address),
  byHeader('X-Remote-Addr', address),
  byHeader('True-Client-IP', address),
  byHeader('CF-Connecting-IP', address),
  byHeader('Fastly-Client-IP', address),
  byHeader('Forwarded', (number) => `for=${address(number)};proto=https`),
  {
    id: 'x-forwarded-for-chain',
    name: 'A chain of proxies claims another address each time.',
    call: (number) => ({ headers: { 'x-forwarded-for': `${address(number)}, 10.0.0.1, 127.0.0.1` } }),
  },
  {
    id: 'ipv6-neighbours',
    name: 'Neighbours of one IPv6 network are claimed in turn.',
    call: (number) => ({ headers: { 'x-forwarded-for': `2001:db8::${number + 1}` } }),
  },
  {
    id: 'claims-loopback',
    name: 'The request claims to come from the server itself.',
    call: () => ({
      headers: { 'x-forwarded-for': '127.0.0.1', 'x-real-ip': '::1', forwarded: 'for=localhost' },
    }),
  },
  {
    id: 'path-case',
    name: 'The path in capitals.',
    call: (_, { probePath }) => ({ path: probePath.toUpperCase() }),
  },
  {
    id: 'trailing-slash',
    name: 'A slash behind the path.',
    call: (_, { probePath }) => ({ path: `${probePath}/` }),
  },
  {
    id: 'double-slash',
    name: 'A second slash before the path.',
    call: (_, { probePath }) => ({ path: `/${probePath}` }),
  },
  {
    id: 'encoded-path',
    name: 'A letter of the path is encoded.',
    call: (_, { probePath }) => ({ path: probePath.replace('c', '%63') }),
  },
  {
    id: 'query',
    name: 'Another query each time.',
    call: (number, { probePath }) => ({ path: `${probePath}?a=${number}` }),
  },
  {
    id: 'unknown-route',
    name: 'Routes that do not exist.',
    call: (number) => ({ path: `/attack-${number}` }),
  },
  {
    id: 'other-route',
    name: 'Another route of the API.',
    call: (number) => ({ path: `/v2/audit-events?limit=${number}` }),
  },
  { id: 'method-head', name: 'HEAD in the place of GET.', call: () => ({ method: 'HEAD' }) },
  { id: 'method-post', name: 'POST in the place of GET.', call: () => ({ method: 'POST', json: {} }) },
  { id: 'method-unknown', name: 'A method that nobody serves.', call: () => ({ method: 'PROPFIND' }) },
  {
    id: 'user-agent',
    name: 'Another program each time.',
    call: (number) => ({ headers: { 'user-agent': `attack/${number}`, 'accept-language': `x-${number}` } }),
  },
  {
    id: 'host',
    name: 'Another host each time.',
    call: (number) => ({ headers: { host: `a${number}.example`, 'x-forwarded-host': `b${number}.example` } }),
  },
  {
    id: 'request-id',
    name: 'Another request id and trace each time.',
    call: (number) => ({ headers: { 'x-request-id': `attack-number-${number}` } }),
  },
  {
    id: 'bypass-headers',
    name: 'Headers that other products take for a pass.',
    call: () => ({
      headers: { 'x-ratelimit-bypass': 'true', 'x-internal': '1', 'x-ratelimit-limit': '9999' },
    }),
  },
  {
    id: 'cookie',
    name: 'Another cookie each time.',
    call: (number) => ({ cookie: `visitor=${number}` }),
  },
];

/** How many requests a bucket has given back since then, by the policy that it states itself. */
export function refilled(answer: Answer, startedAt: number): number {
  const [, quota = '0', seconds = '1'] = /;q=(\d+);w=(\d+)/.exec(answer.header('ratelimit-policy')) ?? [];
  const elapsedSeconds = (performance.now() - startedAt) / 1000;
  return Math.ceil((Number(quota) / Number(seconds)) * elapsedSeconds);
}

/**
 * Asks without a credential until the limit of this address is used up.
 * @returns the refusal, and since when something may have come back
 */
async function exhaust(attacker: Attacker, call: Call): Promise<{ refusal: Answer; since: number }> {
  const first = await attacker.send(call);
  const limit = Number(first.header('x-ratelimit-limit') || LONGEST_LIMIT);
  if (limit > LONGEST_LIMIT) {
    throw new Inconclusive(`the limit of ${limit} is too high to use up`);
  }
  const startedAt = performance.now();
  for (let sent = 0; sent <= limit + AT_ONCE + refilled(first, startedAt); sent += AT_ONCE) {
    const since = performance.now();
    const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => attacker.send(call)));
    const refusal = answers.find(({ status }) => status === 429);
    if (refusal) {
      return { refusal, since };
    }
  }
  throw new Error(`no limit after ${limit} requests`);
}

/** A page that strangers may read. */
export async function openPage(attacker: Attacker, { routes }: World): Promise<Answer> {
  const open = routes.find(
    (route) => route.isPublic && route.method === 'GET' && !route.path.includes('{') && !route.redirectStatus,
  );
  return attacker.send({ path: open?.path ?? '/' });
}

export const LIMIT_EVASIONS: readonly Attack[] = EVASIONS.map(({ id, name, call }) => ({
  id: `P2.1-evasion-${id}`,
  name: `Beyond the limit of an address: ${name}`,
  owasp: 'API4:2023',
  control: openPage,
  attempt: async (attacker, world) => {
    const stranger = { path: world.probePath };
    let exhausted: Awaited<ReturnType<typeof exhaust>>;
    try {
      exhausted = await exhaust(attacker, stranger);
    } catch (error) {
      if (error instanceof Inconclusive) {
        throw error;
      }
      return (error as Error).message;
    }
    const { refusal, since } = exhausted;
    let passed = 0;
    for (let number = 0; number < TRIES; number += 1) {
      const answer = await attacker.send({ ...stranger, ...call(number, world) });
      // 421: a proxy does not even lead it anywhere.
      passed += [421, 429].includes(answer.status) ? 0 : 1;
    }
    // What has come back meanwhile may be used, and no more than that.
    return passed > Math.max(1, refilled(refusal, since))
      ? `${passed} of ${TRIES} requests passed`
      : undefined;
  },
}));
