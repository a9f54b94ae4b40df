import { obtainTokens } from '../../dev/obtain-token.ts';
import { StartFailure } from '../../dev/start-failure.ts';
import type { Ability } from '../engine/attack.ts';
import { Attacker } from '../engine/attacker.ts';
import { openSession } from './browser-session.ts';
import { type ApiRoute, readDocuments, routesOf } from '../routes/documents.ts';
import type { KnownSystem } from './known-system.ts';
import { Resource } from '../routes/resource.ts';
import { claimsOf, scopesOf, Signer } from './signer.ts';
import { SourceAddresses } from './source-addresses.ts';
import type { Inside, Keys, World } from './world.ts';

export interface Tokens {
  readonly a: string;
  readonly b: string;
}

/** Finds out what there is to attack, with two tokens and, if we know it, with what is inside. */
export async function survey(target: URL, tokens: Tokens, system?: KnownSystem): Promise<World> {
  const addresses = await SourceAddresses.towards(target);
  const attacker = new Attacker(target, addresses);
  const documents = await readDocuments(attacker, tokens.a);
  if (documents.length === 0) {
    throw new StartFailure(
      `${target.origin} serves no OpenAPI document, such as /openapi/v1.json, to attack by.`,
    );
  }
  const routes = routesOf(documents);
  const known = { scopes: scopesOf(tokens.a).slice(0, 1), subject: claimsOf(tokens.a)['sub'] ?? 'nobody' };
  const resource = Resource.find(routes, known);
  const inside = system && (await lookInside(system, attacker, tokens.a));
  const keys = await makeKeys(attacker, routes, tokens.a);
  return {
    target,
    addresses,
    routes,
    resource,
    known,
    keys,
    inside,
    tokenA: tokens.a,
    tokenB: tokens.b,
    probePath: resource?.path ?? (await findProbe(attacker, routes, tokens.a)),
    abilities: abilitiesOf(target, addresses, { resource, keys, inside }),
  };
}

function abilitiesOf(
  { protocol }: URL,
  { areMany }: SourceAddresses,
  { resource, keys, inside }: Pick<World, 'resource' | 'keys' | 'inside'>,
): Set<Ability> {
  const ofInside: Ability[] = ['administrator', 'id-token', 'less-scopes', 'sessions', 'signing-key'];
  return new Set<Ability>([
    protocol === 'https:' ? 'tls' : 'plain-http',
    ...(areMany ? (['source-addresses'] as const) : []),
    ...(resource ? (['resource'] as const) : []),
    ...(keys ? (['api-keys'] as const) : []),
    ...(inside ? ofInside : []),
    ...(inside?.readLog ? (['log'] as const) : []),
  ]);
}

/** The first list that A may read. */
async function findProbe(attacker: Attacker, routes: readonly ApiRoute[], token: string): Promise<string> {
  for (const { method, path, isPublic } of routes) {
    if (
      method === 'GET' &&
      !isPublic &&
      !path.includes('{') &&
      (await attacker.send({ path, token })).isSuccess
    ) {
      return path;
    }
  }
  throw new StartFailure(
    'None of the documented lists answers the first token, so that nothing would be shown.',
  );
}

async function makeKeys(
  attacker: Attacker,
  routes: readonly ApiRoute[],
  token: string,
): Promise<Keys | undefined> {
  const path = routes.find((route) => route.method === 'POST' && /^\/v\d+\/api-keys$/.test(route.path))?.path;
  if (path === undefined) {
    return undefined;
  }
  const scopes = scopesOf(token);
  const make = async (readOnly: boolean): Promise<unknown> => {
    const json = { name: 'attack', scopes, readOnly, expiresInDays: 1 };
    return (await attacker.send({ method: 'POST', path, token, json })).json()['key'];
  };
  const [writer, readOnly] = [await make(false), await make(true)];
  return typeof writer === 'string' && typeof readOnly === 'string' ? { writer, readOnly } : undefined;
}

async function lookInside(system: KnownSystem, attacker: Attacker, tokenA: string): Promise<Inside> {
  const { issuer, secrets, ownOrigin, allowedOrigin } = system;
  const tokensFor = (name: string, scopes?: readonly string[]) =>
    obtainTokens({ issuer, name, scopes, secrets });
  const [administrator, reader, powerless] = await Promise.all([
    tokensFor('carol'),
    tokensFor('alice', ['customers:read']),
    tokensFor('alice', []),
  ]);
  const open = (by: Attacker, name: string) =>
    openSession(by, { name, password: secrets.demoUserPassword, origin: ownOrigin });
  return {
    administrator: administrator.access_token,
    reader: reader.access_token,
    powerless: powerless.access_token,
    idToken: administrator.id_token ?? '',
    refreshToken: administrator.refresh_token ?? '',
    signer: new Signer(secrets.signingKey, tokenA),
    openSession: open,
    session: await open(attacker, 'alice'),
    readLog: system.readLog?.bind(system),
    allowedOrigin,
    ownOrigin,
  };
}

/** Access tokens of two demo users of two tenants, by the flow that a real client uses. */
export async function tokensOf({ issuer, secrets }: KnownSystem): Promise<Tokens> {
  const [a, b] = await Promise.all([
    obtainTokens({ issuer, name: 'alice', secrets }),
    obtainTokens({ issuer, name: 'bob', secrets }),
  ]);
  return { a: a.access_token, b: b.access_token };
}
