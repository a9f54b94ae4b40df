import type { Ability, Attack, OwaspRisk } from '../../engine/attack.ts';
import type { Attacker, Credential } from '../../engine/attacker.ts';
import { unlessRefused } from '../../engine/judgements.ts';
import type { ApiRoute } from '../../routes/documents.ts';
import { Controls } from '../../routes/controls.ts';
import { type Request, requestFor } from '../../routes/requests.ts';
import { abilitiesFor, slug } from '../../routes/route-facts.ts';
import { claimsOf, part } from '../../target/signer.ts';
import { insideOf, keysOf, type World } from '../../target/world.ts';

/* Every documented route, asked by everybody who has no right to it. A new route is attacked without being named. */

interface Identity {
  readonly id: string;
  readonly who: string;
  readonly owasp: OwaspRisk;
  readonly needs?: readonly Ability[];
  readonly credential: (world: World) => Credential;
  /** Whether the documents say that this route is not for this identity. */
  readonly isRefusedBy: (route: ApiRoute) => boolean;
  readonly refusals: readonly number[];
}

const isProtected = ({ isPublic }: ApiRoute): boolean => !isPublic;
const isUnsafe = ({ method }: ApiRoute): boolean => method !== 'GET';
const takes = (scheme: string, { schemes }: ApiRoute): boolean => schemes.includes(scheme);
const demands = ({ scopes, role }: ApiRoute): boolean => scopes.length > 0 || role !== undefined;

const IDENTITIES: readonly Identity[] = [
  {
    id: 'nobody',
    who: 'Nobody',
    owasp: 'API2:2023',
    credential: () => ({}),
    isRefusedBy: isProtected,
    refusals: [401],
  },
  {
    id: 'forger',
    who: 'Who wrote a token of an administrator himself',
    owasp: 'API2:2023',
    credential: ({ tokenA }) => ({
      token: `${part({ alg: 'none', typ: 'at+jwt' })}.${part({ ...claimsOf(tokenA), roles: ['administrator'] })}.`,
    }),
    isRefusedBy: isProtected,
    refusals: [401],
  },
  {
    id: 'key-guesser',
    who: 'Who made up an API key',
    owasp: 'API2:2023',
    credential: () => ({
      key: `sar_test_${'0'.repeat(22)}_${'0'.repeat(49)}`,
    }),
    isRefusedBy: isProtected,
    refusals: [401],
  },
  {
    id: 'session-guesser',
    who: 'Who made up a session cookie',
    owasp: 'API2:2023',
    credential: () => ({ cookie: `__Host-session=${'A'.repeat(43)}` }),
    isRefusedBy: isProtected,
    refusals: [401, 403],
  },
  {
    id: 'powerless',
    who: 'A caller without any scope',
    owasp: 'API5:2023',
    needs: ['less-scopes'],
    credential: (world) => ({ token: insideOf(world).powerless }),
    isRefusedBy: (route) => takes('bearer', route) && demands(route),
    refusals: [403],
  },
  {
    id: 'reader',
    who: 'A caller who may only read customers',
    owasp: 'API5:2023',
    needs: ['less-scopes'],
    credential: (world) => ({ token: insideOf(world).reader }),
    isRefusedBy: (route) =>
      takes('bearer', route) &&
      (route.role !== undefined || route.scopes.some((scope) => scope !== 'customers:read')),
    refusals: [403],
  },
  {
    id: 'no-administrator',
    who: 'A caller with scopes and without the role',
    owasp: 'API5:2023',
    credential: ({ tokenA }) => ({ token: tokenA }),
    isRefusedBy: ({ role }) => role !== undefined,
    refusals: [403],
  },
  {
    id: 'key-without-role',
    who: 'An API key without the role',
    owasp: 'API5:2023',
    needs: ['api-keys'],
    credential: (world) => ({ key: keysOf(world).writer }),
    isRefusedBy: (route) => takes('apiKey', route) && route.role !== undefined,
    refusals: [403],
  },
  {
    id: 'read-only-key',
    who: 'A read-only key',
    owasp: 'API5:2023',
    needs: ['api-keys'],
    credential: (world) => ({ key: keysOf(world).readOnly }),
    isRefusedBy: (route) => takes('apiKey', route) && takes('bearer', route) && isUnsafe(route),
    refusals: [403],
  },
  {
    id: 'token-instead',
    who: 'A bearer token where only a session or a key counts',
    owasp: 'API5:2023',
    credential: ({ tokenA }) => ({ token: tokenA }),
    isRefusedBy: (route) => isProtected(route) && !takes('bearer', route),
    refusals: [401, 403, 404],
  },
  {
    id: 'other-tenant',
    who: 'A caller of another tenant, with its own rights',
    owasp: 'API1:2023',
    credential: ({ tokenB }) => ({ token: tokenB }),
    isRefusedBy: isObjectOfTenant,
    refusals: [403, 404],
  },
  {
    id: 'other-administrator',
    who: 'An administrator of another tenant, with every scope',
    owasp: 'API1:2023',
    needs: ['signing-key'],
    credential: mighty,
    isRefusedBy: isObjectOfTenant,
    refusals: [404],
  },
];

function isObjectOfTenant(route: ApiRoute): boolean {
  return takes('bearer', route) && route.path.includes('{');
}

function mighty(world: World): Credential {
  const { signer, administrator } = insideOf(world);
  const { scope, roles } = claimsOf(administrator);
  return { token: signer.token({ tenant: 'globex', sub: 'attack-administrator', scope, roles }) };
}

export function authorizationMatrix({ routes }: World): Attack[] {
  const controls = new Controls();
  return IDENTITIES.flatMap((identity) =>
    routes.filter((route) => identity.isRefusedBy(route)).map((route) => attackOn(route, identity, controls)),
  );
}

function attackOn(route: ApiRoute, identity: Identity, controls: Controls): Attack {
  const { id, who, owasp, needs = [], credential, refusals } = identity;
  return {
    id: `P1.4-${id}-${slug(route)}`,
    name: `${who} asks for ${route.method} ${route.path}.`,
    owasp,
    needs: [...needs, ...abilitiesFor(route)],
    control: controls.of(route),
    attempt: async (attacker, world) => {
      const request = await requestFor(route, attacker, world);
      attacker.move();
      const answer = await attacker.send({ ...request, ...credential(world) });
      return unlessRefused(answer, refusals) ?? damage(route, request, attacker, world);
    },
  };
}

/** A refusal that came after the deed: whether the object is gone. */
async function damage(
  route: ApiRoute,
  { path }: Request,
  attacker: Attacker,
  world: World,
): Promise<string | undefined> {
  const isReadable = world.routes.some((other) => other.method === 'GET' && other.path === route.path);
  if (route.method !== 'DELETE' || !isReadable || !route.path.includes('{')) {
    return undefined;
  }
  const after = await attacker.send({ path, token: world.tokenA });
  return after.status === 404 ? 'refused, and deleted all the same' : undefined;
}
