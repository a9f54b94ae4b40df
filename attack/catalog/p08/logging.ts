import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Attack } from '../../engine/attack.ts';
import type { Call } from '../../engine/attacker.ts';
import { Inconclusive } from '../../engine/inconclusive.ts';
import { readProbe } from '../../engine/request-attack.ts';
import { part } from '../../target/signer.ts';
import { insideOf, logOf, resourceOf, type World } from '../../target/world.ts';

/* Secrets that reach a log, logs that say what the attacker wants, and events that nobody notes. */

/** A log is written a moment after the answer, by a busy API a little later. */
const LOG_MILLISECONDS = 400;
const MAX_LOG_MILLISECONDS = 4000;

interface Leak {
  readonly id: string;
  readonly name: string;
  readonly call: (secret: string, world: World) => Partial<Call>;
}

const LEAKS: readonly Leak[] = [
  {
    id: 'token',
    name: 'a bearer token',
    call: (secret) => ({ token: `${part({ alg: 'RS256' })}.${secret}.x` }),
  },
  {
    id: 'basic',
    name: 'a password of a Basic credential',
    call: (secret) => ({ headers: { authorization: `Basic ${secret}` } }),
  },
  { id: 'key', name: 'an API key', call: (secret) => ({ key: `sar_test_${secret}` }) },
  {
    id: 'cookie',
    name: 'a cookie',
    call: (secret) => ({ cookie: `__Host-session=${secret}; other=${secret}` }),
  },
  {
    id: 'csrf',
    name: 'a CSRF token',
    call: (secret) => ({ method: 'POST', headers: { 'x-csrf-token': secret }, json: {} }),
  },
  {
    id: 'query',
    name: 'a token in the query',
    call: (secret, { probePath }) => ({ path: `${probePath}?access_token=${secret}&password=${secret}` }),
  },
  {
    id: 'path',
    name: 'a secret in the path',
    call: (secret, { probePath }) => ({ path: `${probePath}/${secret}` }),
  },
  {
    id: 'unknown-path',
    name: 'a secret in an unknown path',
    call: (secret) => ({ path: `/reset/${secret}` }),
  },
  {
    id: 'body',
    name: 'a password in a body',
    call: (secret, { tokenA }) => ({
      token: tokenA,
      method: 'POST',
      json: { password: secret, [secret.slice(0, 8)]: 1 },
    }),
  },
  {
    id: 'field',
    name: 'what a field that breaks a rule contains',
    call: (secret, { tokenA }) => ({ token: tokenA, method: 'POST', json: { email: secret } }),
  },
  {
    id: 'broken-json',
    name: 'a secret in broken JSON',
    call: (secret, { tokenA }) => ({
      token: tokenA,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: `{"password": ${secret}`,
    }),
  },
  {
    id: 'header',
    name: 'a secret in a header of its own',
    call: (secret) => ({ headers: { 'x-secret': secret, 'x-auth-token': secret } }),
  },
  {
    id: 'idempotency',
    name: 'an idempotency key',
    call: (secret, world) => ({
      token: world.tokenA,
      method: 'POST',
      headers: { 'idempotency-key': secret },
      json: world.resource?.body() ?? {},
    }),
  },
  {
    id: 'referer',
    name: 'a token in the referring page',
    call: (secret) => ({ headers: { referer: `https://app.example/?token=${secret}` } }),
  },
  {
    id: 'callback',
    name: 'a code and a state of a log-in',
    call: (secret) => ({ path: `/auth/callback?code=${secret}&state=${secret}` }),
  },
];

const leaks: readonly Attack[] = LEAKS.map(({ id, name, call }) => ({
  id: `P8.2-logged-${id}`,
  name: `The log keeps ${name}.`,
  owasp: 'API8:2023',
  needs: ['log'],
  control: readProbe,
  attempt: async (attacker, world) => {
    const secret = `marked${randomUUID().replaceAll('-', '')}`;
    const requestId = `attack-${randomUUID()}`;
    const { headers, ...rest } = call(secret, world);
    await attacker.send({
      path: world.probePath,
      ...rest,
      headers: { ...headers, 'x-request-id': requestId },
    });
    const log = await logAfterwards(world, (text) => text.includes(requestId));
    if (!log.includes(requestId)) {
      throw new Inconclusive('the log does not know of the request');
    }
    return log.includes(secret) ? 'it is in the log' : undefined;
  },
}));

/** What the log says as soon as it shows what must be there, or when that is missing for long enough. */
async function logAfterwards(world: World, shows: (log: string) => boolean = () => true): Promise<string> {
  const end = performance.now() + MAX_LOG_MILLISECONDS;
  let log = '';
  do {
    await delay(LOG_MILLISECONDS);
    log = await logOf(world);
  } while (!shows(log) && performance.now() < end);
  return log;
}

/** Each line of the log is one object, whoever sends what. */
const FORGED_LINES: readonly (readonly [id: string, bytes: (host: string, world: World) => string])[] = [
  [
    'user-agent',
    (host, { probePath }) =>
      `GET ${probePath} HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: a\\n{"forged":true}\r\nConnection: close\r\n\r\n`,
  ],
  [
    'target',
    (host) => `GET /a%0a%7b%22forged%22:true%7d HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
  ],
  ['method', (host) => `{"forged":true} / HTTP/1.1\r\nHost: ${host}\r\n\r\n`],
  [
    'request-id',
    (host, { probePath }) =>
      `GET ${probePath} HTTP/1.1\r\nHost: ${host}\r\nX-Request-Id: a"},{"forged":true}\r\nConnection: close\r\n\r\n`,
  ],
  [
    'terminal',
    (host, { probePath }) =>
      `GET ${probePath} HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: \u009b31mred\r\nConnection: close\r\n\r\n`,
  ],
];

const forgedLines: readonly Attack[] = FORGED_LINES.map(([id, bytes]) => ({
  id: `P8.3-forged-line-${id}`,
  name: `A request writes a line of its own into the log (${id}).`,
  owasp: 'API8:2023',
  needs: ['log'],
  control: readProbe,
  attempt: async (attacker, world) => {
    await attacker.raw(bytes(attacker.host, world), { waitMilliseconds: 500 });
    const lines = (await logAfterwards(world)).split('\n').slice(0, -1);
    const broken = lines.find((line) => !isObject(line));
    const forged = lines.some((line) => isObject(line) && (JSON.parse(line) as { forged?: boolean }).forged);
    return broken !== undefined || forged || /\p{Cc}/u.test(lines.join(''))
      ? 'a line is not what the API wrote'
      : undefined;
  },
}));

function isObject(line: string): boolean {
  try {
    return typeof JSON.parse(line) === 'object';
  } catch {
    return false;
  }
}

/** What happened must be there, under the id that the caller was told. */
const UNSEEN: readonly (readonly [id: string, name: string, call: (world: World) => Partial<Call>])[] = [
  ['forged-token', 'a forged token', () => ({ token: 'a.b.c' })],
  ['guessed-key', 'a guessed key', () => ({ key: 'sar_test_x' })],
  [
    'missing-right',
    'a call without the right',
    (world) => ({ token: insideOf(world).reader, method: 'POST', json: resourceOf(world).body() }),
  ],
  [
    'bad-input',
    'input that breaks a rule',
    ({ tokenA }) => ({ token: tokenA, method: 'POST', json: { attack: 1 } }),
  ],
  [
    'foreign-origin',
    'a page of a foreign origin',
    ({ tokenA }) => ({ token: tokenA, headers: { origin: `https://${randomUUID()}.example` } }),
  ],
];

const unseen: readonly Attack[] = UNSEEN.map(([id, name, call]) => ({
  id: `P8.1-unseen-${id}`,
  name: `Nothing notes ${name}.`,
  owasp: 'API8:2023',
  needs: ['log', 'less-scopes', 'resource'],
  control: readProbe,
  attempt: async (attacker, world) => {
    const requestId = `attack-${randomUUID()}`;
    const { headers, ...rest } = call(world);
    await attacker.send({
      path: world.probePath,
      ...rest,
      headers: { ...headers, 'x-request-id': requestId },
    });
    const isNoted = (log: string): boolean =>
      log.split('\n').some((line) => line.includes(requestId) && line.includes('"securityEvent"'));
    return isNoted(await logAfterwards(world, isNoted)) ? undefined : 'no security event is logged';
  },
}));

export const LOG_ATTACKS: readonly Attack[] = [...leaks, ...forgedLines, ...unseen];
