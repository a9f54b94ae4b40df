import type { Attack } from '../../engine/attack.ts';
import type { Attacker, Call } from '../../engine/attacker.ts';
import { unlessRefused } from '../../engine/judgements.ts';
import { Controls } from '../../routes/controls.ts';
import type { ApiRoute } from '../../routes/documents.ts';
import { requestFor, sessionHeaders } from '../../routes/requests.ts';
import { abilitiesFor, slug } from '../../routes/route-facts.ts';
import { insideOf, resourceOf, type World } from '../../target/world.ts';

/* The browser of somebody who is logged in sends what a hostile page tells it to. */

interface Forgery {
  readonly id: string;
  readonly name: string;
  readonly change: (world: World, attacker: Attacker) => Partial<Call> | Promise<Partial<Call>>;
}

const own = (world: World) => sessionHeaders(insideOf(world).session.csrfToken, insideOf(world).ownOrigin);
const without = (headers: Record<string, string>, name: string): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name));

const FORGERIES: readonly Forgery[] = [
  {
    id: 'no-token',
    name: 'without the token',
    change: (world) => ({ headers: without(own(world), 'x-csrf-token') }),
  },
  {
    id: 'empty-token',
    name: 'with an empty token',
    change: (world) => ({ headers: { ...own(world), 'x-csrf-token': '' } }),
  },
  {
    id: 'wrong-token',
    name: 'with a wrong token',
    change: (world) => ({ headers: { ...own(world), 'x-csrf-token': 'A'.repeat(43) } }),
  },
  {
    id: 'cut-token',
    name: 'with the beginning of the token',
    change: (world) => ({
      headers: { ...own(world), 'x-csrf-token': insideOf(world).session.csrfToken.slice(0, 10) },
    }),
  },
  {
    id: 'token-of-another',
    name: 'with the token of the attacker’s own session',
    change: async (world, attacker) => {
      const other = await insideOf(world).openSession(attacker, 'carol');
      return { headers: { ...own(world), 'x-csrf-token': other.csrfToken } };
    },
  },
  {
    id: 'token-in-query',
    name: 'with the token in the query',
    change: (world) => ({
      path: `${resourceOf(world).path}?csrf=${insideOf(world).session.csrfToken}`,
      headers: without(own(world), 'x-csrf-token'),
    }),
  },
  {
    id: 'token-in-cookie',
    name: 'with the token in a cookie alone',
    change: (world) => ({
      cookie: `${insideOf(world).session.cookie}; XSRF-TOKEN=${insideOf(world).session.csrfToken}`,
      headers: without(own(world), 'x-csrf-token'),
    }),
  },
  {
    id: 'foreign-origin',
    name: 'from a foreign origin',
    change: (world) => ({
      headers: { ...own(world), origin: 'https://attack.example', 'sec-fetch-site': 'cross-site' },
    }),
  },
  {
    id: 'null-origin',
    name: 'from a sandbox, whose origin is null',
    change: (world) => ({ headers: { ...own(world), origin: 'null', 'sec-fetch-site': 'cross-site' } }),
  },
  {
    id: 'neighbour-origin',
    name: 'from a neighbour of the same site',
    change: (world) => ({
      headers: { ...own(world), origin: 'http://localhost:1', 'sec-fetch-site': 'same-site' },
    }),
  },
  {
    id: 'cross-site-without-token',
    name: 'across sites, and without the token',
    change: () => ({ headers: { origin: 'https://attack.example', 'sec-fetch-site': 'cross-site' } }),
  },
  {
    id: 'form',
    name: 'by a form',
    change: () => ({
      headers: { origin: 'https://attack.example', 'content-type': 'application/x-www-form-urlencoded' },
      body: 'givenName=a',
      json: undefined,
    }),
  },
  {
    id: 'plain-text',
    name: 'by a form whose text is JSON',
    change: (world) => ({
      headers: { origin: 'https://attack.example', 'content-type': 'text/plain' },
      body: JSON.stringify(resourceOf(world).body()),
      json: undefined,
    }),
  },
  {
    id: 'two-cookies',
    name: 'with a second session cookie planted beside it',
    change: (world) => ({ cookie: `${insideOf(world).session.cookie}; __Host-session=${'A'.repeat(43)}` }),
  },
  {
    id: 'planted-cookie',
    name: 'with a cookie of another name for the session',
    change: (world) => ({ cookie: insideOf(world).session.cookie.replace('__Host-', '') }),
  },
];

/** What the person's own page does. */
function create(attacker: Attacker, world: World, change: Partial<Call> = {}) {
  const resource = resourceOf(world);
  return attacker.send({
    method: 'POST',
    path: resource.path,
    cookie: insideOf(world).session.cookie,
    headers: own(world),
    json: resource.body(),
    ...change,
  });
}

const forged: readonly Attack[] = FORGERIES.map(({ id, name, change }) => ({
  id: `P7.4-forged-${id}`,
  name: `A hostile page creates something in a person’s name, ${name}.`,
  owasp: 'API8:2023',
  needs: ['sessions', 'resource'],
  control: (attacker, world) => create(attacker, world),
  attempt: async (attacker, world) =>
    unlessRefused(await create(attacker, world, await change(world, attacker)), [403, 401, 400, 415]),
}));

/** Each route that takes a session and changes something, without proof that its page meant it. */
function onRoute(route: ApiRoute, controls: Controls): Attack {
  return {
    id: `P7.4-unproven-${slug(route)}`,
    name: `A hostile page sends ${route.method} ${route.path} with the cookie of an administrator alone.`,
    owasp: 'API8:2023',
    needs: ['sessions', ...abilitiesFor(route)],
    control: controls.of(route),
    attempt: async (attacker, world) => {
      const request = await requestFor(route, attacker, world);
      const { cookie } = insideOf(world).session;
      const headers = {
        ...request.headers,
        origin: 'https://attack.example',
        'sec-fetch-site': 'cross-site',
      };
      return unlessRefused(await attacker.send({ ...request, cookie, headers }), [403]);
    },
  };
}

export function forgedRequests({ routes }: World): Attack[] {
  const controls = new Controls();
  const unsafe = routes.filter(({ method, schemes }) => method !== 'GET' && schemes.includes('session'));
  return [...forged, ...unsafe.map((route) => onRoute(route, controls))];
}
