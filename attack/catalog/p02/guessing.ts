import { randomBytes } from 'node:crypto';
import type { Ability, Attack } from '../../engine/attack.ts';
import type { Answer } from '../../engine/answer.ts';
import type { Attacker, Call } from '../../engine/attacker.ts';
import { part } from '../../target/signer.ts';
import { insideOf, keysOf, type World } from '../../target/world.ts';
import { openPage, refilled } from './limits.ts';

/* Credentials that somebody guesses, and callers who ask for more than is theirs. */

/** Some cost a twentieth of a place, and places come back meanwhile. */
const GUESSES = 1000;
const AT_ONCE = 20;

interface Guess {
  readonly id: string;
  readonly name: string;
  readonly call: (number: number, world: World) => Partial<Call>;
}

const GUESSED: readonly Guess[] = [
  {
    id: 'tokens',
    name: 'Another forged token each time.',
    call: (number) => ({
      token: `${part({ alg: 'RS256', typ: 'at+jwt', kid: `k${number}` })}.${part({ sub: 'a' })}.AAAA`,
    }),
  },
  {
    id: 'keys',
    name: 'Another API key each time.',
    call: () => ({ key: `sar_test_${letters(22)}_${letters(49)}` }),
  },
  {
    id: 'sessions',
    name: 'Another session cookie each time.',
    call: () => ({ cookie: `__Host-session=${randomBytes(32).toString('base64url')}` }),
  },
  {
    id: 'claimed-addresses',
    name: 'Another forged token each time, from claimed addresses.',
    call: (number) => ({ token: `a.b.${number}`, headers: { 'x-forwarded-for': `198.51.100.${number}` } }),
  },
  {
    id: 'kinds-mixed',
    name: 'Tokens, keys and cookies in turn.',
    call: (number) =>
      [{ token: `a.b.${number}` }, { key: `sar_test_${number}` }, { cookie: `__Host-session=${number}` }][
        number % 3
      ] ?? {},
  },
];

const guessing: readonly Attack[] = GUESSED.map(({ id, name, call }) => ({
  id: `P2.1-guessing-${id}`,
  name: `Without end: ${name}`,
  owasp: 'API2:2023',
  control: openPage,
  attempt: async (attacker, world) => {
    for (let first = 0; first < GUESSES; first += AT_ONCE) {
      const calls = Array.from({ length: AT_ONCE }, (_, index) => call(first + index, world));
      const answers = await Promise.all(
        calls.map((each) => attacker.send({ path: world.probePath, ...each })),
      );
      if (answers.some(({ status }) => status === 429)) {
        return undefined;
      }
    }
    return `${GUESSES} guesses were all looked at`;
  },
}));

function letters(count: number): string {
  return randomBytes(count).toString('hex').slice(0, count);
}

/** Whoever shares a limit with another credential must see it shrink with each call of either. */
interface Sharing {
  readonly id: string;
  readonly name: string;
  readonly needs?: readonly Ability[];
  readonly first: (world: World) => Partial<Call>;
  readonly second: (world: World) => Partial<Call>;
}

const SHARED: readonly Sharing[] = [
  {
    id: 'second-token',
    name: 'A second token of the same person has a limit of its own.',
    needs: ['less-scopes'],
    first: ({ tokenA }) => ({ token: tokenA }),
    second: (world) => ({ token: insideOf(world).reader }),
  },
  {
    id: 'signed-token',
    name: 'A token with another id has a limit of its own.',
    needs: ['signing-key'],
    first: ({ tokenA }) => ({ token: tokenA }),
    second: (world) => ({ token: insideOf(world).signer.token({ jti: 'attack', client_id: 'attack' }) }),
  },
  {
    id: 'session',
    name: 'A session of the same person has a limit of its own.',
    needs: ['sessions'],
    first: ({ tokenA }) => ({ token: tokenA }),
    second: (world) => ({ cookie: insideOf(world).session.cookie }),
  },
  {
    id: 'claimed-address',
    name: 'A claimed address has a limit of its own.',
    first: ({ tokenA }) => ({ token: tokenA }),
    second: ({ tokenA }) => ({ token: tokenA, headers: { 'x-forwarded-for': '203.0.113.9' } }),
  },
  {
    id: 'key-elsewhere',
    name: 'A key has a limit for each path.',
    needs: ['api-keys'],
    first: (world) => ({ key: keysOf(world).writer }),
    second: (world) => ({ key: keysOf(world).writer, path: `${world.probePath}?limit=1` }),
  },
];

const sharing: readonly Attack[] = SHARED.map(({ id, name, needs = [], first, second }) => ({
  id: `P2.1-sharing-${id}`,
  name,
  owasp: 'API4:2023',
  needs,
  isAlone: true,
  control: (attacker, world) => attacker.send({ path: world.probePath, ...first(world) }),
  attempt: async (attacker, world) => {
    const before = await attacker.send({ path: world.probePath, ...first(world) });
    for (let number = 0; number < 5; number += 1) {
      attacker.move();
      await attacker.send({ path: world.probePath, ...second(world) });
    }
    const after = await attacker.send({ path: world.probePath, ...first(world) });
    const [had, has] = [remaining(before), remaining(after)];
    return had - has < 5 ? `${had} were left, and after six more calls ${has}` : undefined;
  },
}));

function remaining(answer: Answer): number {
  return Number(answer.header('x-ratelimit-remaining') || Number.NaN);
}

/** Bursts on what costs most, and on what makes credentials. */
const bursts: readonly Attack[] = [
  {
    id: 'P2.1-burst-log-ins',
    name: 'Forty log-ins begin from one address.',
    owasp: 'API2:2023',
    needs: ['sessions'],
    control: openPage,
    attempt: (attacker) => allPass(attacker, 40, () => ({ path: '/auth/login' })),
  },
  {
    id: 'P2.1-burst-keys',
    name: 'Forty API keys are made from one address.',
    owasp: 'API6:2023',
    needs: ['api-keys'],
    control: openPage,
    attempt: (attacker, { tokenA, known }) =>
      allPass(attacker, 40, (number) => ({
        method: 'POST',
        path: '/v2/api-keys',
        token: tokenA,
        json: { name: `attack ${number}`, scopes: known['scopes'], expiresInDays: 1 },
      })),
  },
  {
    id: 'P2.1-burst-strangers',
    name: 'Two hundred strangers at once from one address.',
    owasp: 'API4:2023',
    control: openPage,
    attempt: async (attacker, { probePath }) => {
      const startedAt = performance.now();
      const answers = await Promise.all(
        Array.from({ length: 200 }, () => attacker.send({ path: probePath })),
      );
      const [first] = answers;
      const limit =
        Number(first?.header('x-ratelimit-limit') || 0) + (first ? refilled(first, startedAt) : 0);
      const passed = answers.filter(({ status }) => status !== 429).length;
      return passed > limit + 2 ? `${passed} passed where ${limit} may` : undefined;
    },
  },
  {
    id: 'P2.4-burst-exports',
    name: 'Sixty exports at once keep others from being served.',
    owasp: 'API4:2023',
    isAlone: true,
    needs: ['resource'],
    control: (attacker, { probePath, tokenA }) =>
      attacker.send({ path: `${probePath}/export`, token: tokenA }),
    attempt: async (attacker, { probePath, tokenA, tokenB }) => {
      const flood = Array.from({ length: 60 }, () =>
        attacker.send({ path: `${probePath}/export`, token: tokenA }),
      );
      const other = await attacker.send({ path: probePath, token: tokenB });
      await Promise.all(flood);
      return other.isSuccess && other.milliseconds < 5000
        ? undefined
        : `another caller waited ${other.milliseconds} ms`;
    },
  },
  {
    id: 'P2.3-no-retry-after',
    name: 'Who is refused for a limit is not told when to come back.',
    owasp: 'API4:2023',
    control: openPage,
    attempt: async (attacker, { probePath }) => {
      const answers = await Promise.all(
        Array.from({ length: 120 }, () => attacker.send({ path: probePath })),
      );
      const refusal = answers.find(({ status }) => status === 429);
      return refusal && Number(refusal.header('retry-after')) > 0
        ? undefined
        : 'no 429 with Retry-After came';
    },
  },
];

async function allPass(
  attacker: Attacker,
  count: number,
  call: (number: number) => Call,
): Promise<string | undefined> {
  for (let number = 0; number < count; number += 1) {
    if ((await attacker.send(call(number))).status === 429) {
      return undefined;
    }
  }
  return `all ${count} passed`;
}

export const GUESSING: readonly Attack[] = [...guessing, ...sharing, ...bursts];
