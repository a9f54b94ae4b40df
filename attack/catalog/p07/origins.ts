import type { Answer } from '../../engine/answer.ts';
import type { Attack } from '../../engine/attack.ts';
import type { Attacker } from '../../engine/attacker.ts';
import { Inconclusive } from '../../engine/inconclusive.ts';
import { readProbe } from '../../engine/request-attack.ts';
import { insideOf, type World } from '../../target/world.ts';

/* Pages of other origins, some of which look like the allowed one. */

type Origin = (allowed: URL) => string;

const ORIGINS: Readonly<Record<string, Origin>> = {
  foreign: () => 'https://attack.example',
  null: () => 'null',
  wildcard: () => '*',
  empty: () => '',
  'other-scheme': ({ host, protocol }) => `${protocol === 'http:' ? 'https' : 'http'}://${host}`,
  'other-port': ({ protocol, hostname }) => `${protocol}//${hostname}:1`,
  // Or with the one that is implied.
  'no-port': ({ protocol, hostname, port }) =>
    `${protocol}//${hostname}${port === '' ? (protocol === 'https:' ? ':443' : ':80') : ''}`,
  'sub-domain': ({ protocol, host }) => `${protocol}//a.${host}`,
  'as-sub-domain': ({ protocol, hostname, port }) => `${protocol}//${hostname}.attack.example:${port}`,
  'as-prefix': ({ origin }) => `${origin}.attack.example`,
  'longer-port': ({ origin }) => `${origin}0`,
  'as-suffix': ({ protocol, host }) => `${protocol}//attack${host}`,
  'as-user': ({ origin }) => `${origin}@attack.example`,
  'as-path': ({ origin }) => `https://attack.example/${origin}`,
  'trailing-slash': ({ origin }) => `${origin}/`,
  'trailing-dot': ({ protocol, hostname, port }) => `${protocol}//${hostname}.:${port}`,
  upper: ({ origin }) => origin.toUpperCase(),
  'two-origins': ({ origin }) => `${origin} https://attack.example`,
  'two-origins-comma': ({ origin }) => `https://attack.example, ${origin}`,
  backtick: ({ origin }) => `${origin}\`.attack.example`,
  underscore: ({ origin }) => `${origin}_.attack.example`,
  file: () => 'file://',
  extension: () => 'chrome-extension://attack',
  'data-url': () => 'data:text/html,a',
  address: ({ port }) => `http://127.0.0.1:${port}`,
  'ipv6-address': ({ port }) => `http://[::1]:${port}`,
};

function allowedOrigin({ inside, target }: World): URL {
  return new URL(inside?.allowedOrigin ?? target.origin);
}

/** The page that may: it must be named, or the refusal of others means nothing. */
async function ordinary(attacker: Attacker, world: World): Promise<Answer> {
  if (!world.inside) {
    return readProbe(attacker, world);
  }
  const { origin } = allowedOrigin(world);
  const answer = await attacker.send({ path: world.probePath, token: world.tokenA, headers: { origin } });
  if (answer.header('access-control-allow-origin') !== origin) {
    throw new Inconclusive('the allowed origin is not named either');
  }
  return answer;
}

function allowance(answer: Answer, origin: string): string | undefined {
  const allowed = answer.header('access-control-allow-origin');
  return allowed === '' ? undefined : `${origin || 'no origin'} is answered with ${allowed}`;
}

const byOrigin: readonly Attack[] = Object.entries(ORIGINS).flatMap(([id, originOf]): Attack[] => [
  {
    id: `P7.2-read-${id}`,
    name: `A page of another origin reads an answer (${id}).`,
    owasp: 'API8:2023',
    control: ordinary,
    attempt: async (attacker, world) => {
      const origin = originOf(allowedOrigin(world));
      return allowance(
        await attacker.send({ path: world.probePath, token: world.tokenA, headers: { origin } }),
        origin,
      );
    },
  },
  {
    id: `P7.2-preflight-${id}`,
    name: `A page of another origin asks whether it may write (${id}).`,
    owasp: 'API8:2023',
    control: ordinary,
    attempt: async (attacker, world) => {
      const origin = originOf(allowedOrigin(world));
      const asks = {
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type',
      };
      return allowance(
        await attacker.send({ method: 'OPTIONS', path: world.probePath, headers: { origin, ...asks } }),
        origin,
      );
    },
  },
]);

/** The allowed page itself, which may only what the route serves. */
const ASKED: readonly (readonly [id: string, name: string, method: string, headers: string])[] = [
  ['method', 'a method that the route does not serve', 'PUT', 'content-type'],
  ['method-trace', 'TRACE', 'TRACE', 'content-type'],
  ['method-wildcard', 'every method', '*', 'content-type'],
  ['header', 'a header that the route does not read', 'GET', 'x-attack'],
  ['header-wildcard', 'every header', 'GET', '*'],
  ['header-host', 'the header Host', 'GET', 'host, x-forwarded-for'],
];

const byAllowed: readonly Attack[] = ASKED.map(([id, name, method, headers]) => ({
  id: `P7.3-asks-${id}`,
  name: `The allowed page is promised ${name}.`,
  owasp: 'API8:2023',
  needs: ['sessions'],
  control: ordinary,
  attempt: async (attacker, world) => {
    const answer = await attacker.send({
      method: 'OPTIONS',
      path: world.probePath,
      headers: {
        origin: insideOf(world).allowedOrigin,
        'access-control-request-method': method,
        'access-control-request-headers': headers,
      },
    });
    const methods = answer.header('access-control-allow-methods').split(/, */);
    const allowed = answer.header('access-control-allow-headers').toLowerCase().split(/, */);
    const isGranted =
      (methods.includes(method) || methods.includes('*')) &&
      headers.split(/, */).every((each) => allowed.includes(each));
    return isGranted || allowed.includes('*') ? 'it is' : undefined;
  },
}));

const everywhere: readonly Attack[] = [
  {
    id: 'P7.1-wildcard-anywhere',
    name: 'Some protected route is open to every origin.',
    owasp: 'API8:2023',
    control: readProbe,
    attempt: async (attacker, { routes }) => {
      for (const { method, path } of routes.filter(({ isPublic }) => !isPublic)) {
        const target = path.replaceAll(/\{\w+\}/g, '00000000-0000-7000-8000-000000000000');
        const answer = await attacker.send({
          method,
          path: target,
          headers: { origin: 'https://attack.example' },
        });
        if (answer.header('access-control-allow-origin') !== '') {
          return `${method} ${path} is`;
        }
      }
      return undefined;
    },
  },
  {
    id: 'P7.2-no-vary',
    name: 'A cache gives the answer for one origin to another.',
    owasp: 'API8:2023',
    control: readProbe,
    attempt: async (attacker, world) =>
      /\borigin\b/i.test((await readProbe(attacker, world)).header('vary')) ? undefined : 'no Vary: Origin',
  },
];

export const ORIGIN_ATTACKS: readonly Attack[] = [...byOrigin, ...byAllowed, ...everywhere];
