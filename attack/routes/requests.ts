import { randomUUID } from 'node:crypto';
import type { Answer } from '../engine/answer.ts';
import type { Attacker, Call, Credential } from '../engine/attacker.ts';
import type { ApiRoute } from './documents.ts';
import { sampleOf } from './samples.ts';
import { scopesOf } from '../target/signer.ts';
import { type Inside, insideOf, type World } from '../target/world.ts';

/** A documented request, ready but for who sends it. */
export type Request = Pick<Call, 'method' | 'path' | 'json' | 'headers'>;

/** Who may do what a route offers: A where its scopes are enough, else an administrator. */
export async function entitledTo(
  route: ApiRoute,
  attacker: Attacker,
  world: World,
): Promise<Credential & Pick<Call, 'headers'>> {
  const { schemes, method, role, scopes } = route;
  const isSafe = method === 'GET';
  if (schemes.includes('bearer') || route.isPublic) {
    const granted = scopesOf(world.tokenA);
    const isEnough = role === undefined && scopes.every((scope) => granted.includes(scope));
    return { token: isEnough ? world.tokenA : (world.inside?.administrator ?? world.tokenA) };
  }
  // What ends or changes its own credential gets one of its own.
  if (schemes.includes('apiKey')) {
    return { key: isSafe ? world.keys?.writer : await freshKey(attacker, world) };
  }
  const inside = insideOf(world);
  const session = isSafe ? inside.session : await inside.openSession(attacker, 'alice');
  return { cookie: session.cookie, headers: sessionHeaders(session.csrfToken, inside.ownOrigin) };
}

/** The request as documented, by somebody who may. */
export async function ordinary(route: ApiRoute, attacker: Attacker, world: World): Promise<Answer> {
  const request = await requestFor(route, attacker, world);
  const entitled = await entitledTo(route, attacker, world);
  return attacker.send({ ...entitled, ...request, headers: { ...entitled.headers, ...request.headers } });
}

export function sessionHeaders(csrfToken: string, origin: string): Record<string, string> {
  return { 'x-csrf-token': csrfToken, origin, 'sec-fetch-site': 'same-origin' };
}

async function freshKey(attacker: Attacker, { routes, tokenA, known }: World): Promise<string> {
  const path =
    routes.find((route) => route.method === 'POST' && route.path.endsWith('/api-keys'))?.path ?? '';
  attacker.move();
  const json = { name: 'attack', scopes: known['scopes'], expiresInDays: 1 };
  const answer = await attacker.send({ method: 'POST', path, token: tokenA, json });
  return String(answer.json()['key']);
}

/** An ordinary request of a route, with an object of A in its path where it names one. */
export async function requestFor(route: ApiRoute, attacker: Attacker, world: World): Promise<Request> {
  const owner = await ownerOf(route, attacker, world);
  const path = await filledPath(route, owner, attacker, world);
  // The end of all sessions of a subject: of somebody who has none.
  const known = route.method === 'DELETE' ? { ...world.known, subject: 'attack-nobody' } : world.known;
  const query = route.parameters
    .filter(({ in: place, required }) => place === 'query' && required)
    .map(({ name, schema }) => `${name}=${encodeURIComponent(String(sampleOf(schema, known, name)))}`);
  const target = query.length > 0 ? `${path}?${query.join('&')}` : path;
  await prepare(route, attacker, world);
  return {
    method: route.method,
    path: target,
    headers: await conditionOf(route, path, owner, attacker),
    ...(route.body ? { json: bodyFor(route, world) } : {}),
  };
}

/** What is to be deleted at a fixed place has to be put there. */
async function prepare({ method, path }: ApiRoute, attacker: Attacker, world: World): Promise<void> {
  const put = world.routes.find((other) => other.method === 'PUT' && other.path === path);
  if (method === 'DELETE' && put) {
    await attacker.send({
      ...(await entitledTo(put, attacker, world)),
      ...(await requestFor(put, attacker, world)),
    });
  }
}

function bodyFor({ body, method }: ApiRoute, { known }: World): unknown {
  const sample = sampleOf(body ?? {}, known) as Record<string, unknown>;
  // A change of nothing is ordinary, but says nothing about who may change something.
  const [name, schema] = Object.entries(body?.properties ?? {}).find(([key]) => /name/i.test(key)) ?? [];
  const isEmptyChange = method === 'PATCH' && Object.keys(sample).length === 0 && name && schema;
  return isEmptyChange ? { [name]: sampleOf(schema, known, name) } : sample;
}

/** Objects are of A, which administrators of the same tenant may reach as well. */
async function ownerOf(route: ApiRoute, attacker: Attacker, world: World): Promise<Credential> {
  return route.schemes.includes('bearer') && !route.role
    ? { token: world.tokenA }
    : entitledTo({ ...route, method: 'GET' }, attacker, world);
}

async function filledPath(
  route: ApiRoute,
  owner: Credential,
  attacker: Attacker,
  world: World,
): Promise<string> {
  const parameter = /\{(?<name>\w+)\}/.exec(route.path)?.groups?.['name'];
  if (parameter === undefined) {
    return route.path;
  }
  const collection = route.path.slice(0, route.path.indexOf('/{'));
  const id =
    (await newMember(collection, owner, attacker, world)) ??
    (await anyMember(collection, parameter, owner, attacker, world));
  return route.path.replace(`{${parameter}}`, encodeURIComponent(id ?? randomUUID()));
}

async function newMember(
  collection: string,
  owner: Credential,
  attacker: Attacker,
  { routes, known, inside }: World,
): Promise<string | undefined> {
  if (collection.endsWith('/sessions') && inside) {
    return newSession(attacker, inside);
  }
  const create = routes.find(({ method, path }) => method === 'POST' && path === collection);
  if (!create?.body) {
    return undefined;
  }
  attacker.move();
  const json = sampleOf(create.body, known);
  const answer = await attacker.send({ method: 'POST', path: collection, ...owner, json });
  return textOf(answer.json()['id']);
}

/** One of its own for each attack, so that nobody ends the session that others act with. */
async function newSession(attacker: Attacker, inside: Inside): Promise<string | undefined> {
  const { cookie } = await inside.openSession(attacker, 'alice');
  const rows = (await attacker.send({ path: '/auth/sessions', cookie })).rows();
  return textOf(rows.find(({ isCurrent }) => isCurrent === true)?.['id']);
}

async function anyMember(
  collection: string,
  parameter: string,
  owner: Credential,
  attacker: Attacker,
  world: World,
): Promise<string | undefined> {
  const parent = collection.slice(0, collection.lastIndexOf('/'));
  const lists = world.routes.filter(
    ({ method, path }) => method === 'GET' && [collection, parent].includes(path),
  );
  const list = lists.find(({ path }) => path === collection) ?? lists[0];
  if (!list) {
    return undefined;
  }
  const { path } = await requestFor(list, attacker, world);
  const answer = await attacker.send({ path, ...owner });
  const newest = answer
    .rows()
    .toSorted((one, other) => dateOf(one) - dateOf(other))
    .at(-1);
  const member =
    (list.path === collection ? newest?.[parameter] : undefined) ??
    // A sentence may end behind it.
    new RegExp(`${collection}/(?<id>[\\w-]+(\\.[\\w-]+)*)`).exec(answer.text)?.[1];
  return textOf(member);
}

function dateOf(row: Record<string, unknown>): number {
  return Date.parse(String(row['createdAt'])) || 0;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** `If-Match`, where a route wants it: without it a refusal would be about that. */
async function conditionOf(
  { parameters }: ApiRoute,
  path: string,
  owner: Credential,
  attacker: Attacker,
): Promise<Record<string, string>> {
  if (!parameters.some(({ name }) => /^if-match$/i.test(name))) {
    return {};
  }
  const etag = (await attacker.send({ path, ...owner })).header('etag');
  return etag === '' ? {} : { 'if-match': etag };
}
