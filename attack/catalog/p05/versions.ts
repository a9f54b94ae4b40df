import type { Attack } from '../../engine/attack.ts';
import { disclosedIn, unlessRefused } from '../../engine/judgements.ts';
import { readProbe, requestAttack, type RequestAttack } from '../../engine/request-attack.ts';
import type { ApiRoute } from '../../routes/documents.ts';
import { slug } from '../../routes/route-facts.ts';
import type { World } from '../../target/world.ts';

/* Versions that nobody announced, doors that only one version has, and paths that two readers read differently. */

const afterVersion = (path: string): string => path.replace(/^\/v\d+/, '');

const UNKNOWN: readonly RequestAttack[] = [
  'v0',
  'v3',
  'v9',
  'v99',
  'v02',
  'v2.0',
  'v2.1',
  'v-1',
  'v',
  'V2',
  'v2beta',
  'internal',
  'api/v2',
  'beta',
  'latest',
  'v1,v2',
  'v%00',
].map((version, index) => ({
  id: `P5.1-unknown-version-${index + 1}`,
  name: `A version that nobody has announced: /${version}.`,
  owasp: 'API9:2023',
  call: ({ tokenA, probePath }) => ({ path: `/${version}${afterVersion(probePath)}`, token: tokenA }),
  refusals: [404, 400, 410],
  judge: (answer) => disclosedIn(answer),
}));

/** A stranger asks for a protected list by other spellings of its path. */
const SPELLINGS: readonly (readonly [id: string, spell: (path: string) => string])[] = [
  ['trailing-slash', (path) => `${path}/`],
  ['two-slashes', (path) => path.replace('/', '//')],
  ['inner-slashes', (path) => path.replaceAll('/', '//')],
  ['dot', (path) => `/.${path}`],
  ['dot-dot', (path) => `/health/..${path}`],
  ['encoded-dots', (path) => `/health/%2e%2e${path}`],
  ['encoded-slash', (path) => `/health/..%2f${path.slice(1)}`],
  ['double-encoding', (path) => `/health/%252e%252e${path}`],
  ['semicolon', (path) => `${path};a=b`],
  ['semicolon-dots', (path) => `/health/..;${path}`],
  ['extension', (path) => `${path}.json`],
  ['nul', (path) => `${path}%00`],
  ['question', (path) => `${path}%3f`],
  ['hash', (path) => `${path}%23`],
  ['space', (path) => `${path}%20`],
  ['tab', (path) => `${path}%09`],
  ['newline', (path) => `${path}%0a`],
  ['case', (path) => path.toUpperCase()],
  ['encoded-letter', (path) => path.replace('c', '%63')],
  ['full-width', (path) => path.replace('c', '%EF%BD%83')],
  ['backslash', (path) => path.replaceAll('/', '%5c')],
  ['open-prefix', (path) => `/docs/..${path}`],
  ['open-suffix', (path) => `${path}/../../health/live`],
];

const SPELLED: readonly RequestAttack[] = SPELLINGS.map(([id, spell]) => ({
  id: `P5.1-spelling-${id}`,
  name: `A stranger spells the path of a protected list differently (${id}).`,
  owasp: 'API5:2023',
  call: ({ probePath }) => ({ path: spell(probePath) }),
  // A page that everybody may read is no harm; rows of the list are.
  judge: (answer) => (answer.isSuccess && answer.rows().length > 0 ? 'the list came' : undefined),
}));

const REWRITES: readonly RequestAttack[] = [
  'x-original-url',
  'x-rewrite-url',
  'x-forwarded-prefix',
  'x-forwarded-uri',
  'x-forwarded-path',
].map((name) => ({
  id: `P5.1-rewrite-${name}`,
  name: `A stranger asks for an open page, and ${name} names the protected list.`,
  owasp: 'API5:2023',
  call: ({ probePath }) => ({ path: '/health/live', headers: { [name]: probePath } }),
  judge: (answer) => (answer.rows().length > 0 ? 'the list came' : undefined),
}));

const NEGOTIATED: readonly RequestAttack[] = [
  { id: 'accept', headers: { accept: 'application/vnd.api.v1+json' } },
  { id: 'header', headers: { 'x-api-version': '1', 'api-version': '1', 'accept-version': '1.0.0' } },
].map(({ id, headers }) => ({
  id: `P5.1-negotiation-${id}`,
  name: `Headers ask one version for the rules of another (${id}).`,
  owasp: 'API9:2023',
  call: () => ({ headers }),
  refusals: [401, 406],
}));

const WRONG: readonly RequestAttack[] = [
  {
    id: 'P5.3-feed-markup',
    name: 'The feed of changes takes markup from the query.',
    owasp: 'API8:2023',
    call: () => ({ path: '/changelog.atom?version=%3Cscript%3E' }),
    judge: (answer) => (answer.text.includes('<script>') ? 'it came back' : undefined),
  },
  ...['../../package.json', '..%2f..%2fpackage.json', 'v1-to-v2%00', 'constructor', '__proto__'].map(
    (name, index) => ({
      id: `P5.3-guide-${index + 1}`,
      name: `A migration guide of the name ${name}.`,
      owasp: 'API8:2023' as const,
      call: () => ({ path: `/changelog/guides/${name}` }),
      refusals: [404, 400],
    }),
  ),
];

export function versionAttacks(world: World): Attack[] {
  return [
    ...[...UNKNOWN, ...SPELLED, ...REWRITES, ...NEGOTIATED, ...WRONG].map(requestAttack),
    ...otherVersions(world).map(onlyElsewhere),
    ...deprecated(world),
  ];
}

/** Each route of one version, asked for in every other version that has no such route. */
function otherVersions({ routes }: World): ApiRoute[] {
  const versions = [...new Set(routes.flatMap(({ path }) => /^\/v\d+/.exec(path)?.[0] ?? []))];
  const patterns = routes.map(
    ({ method, path }) => new RegExp(`^${method} ${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
  );
  return routes
    .filter(({ path }) => /^\/v\d+/.test(path))
    .flatMap((route) =>
      versions.map((version) => ({ ...route, path: `${version}${afterVersion(route.path)}` })),
    )
    .filter(({ method, path }) => !patterns.some((pattern) => pattern.test(`${method} ${path}`)));
}

function onlyElsewhere(route: ApiRoute): Attack {
  return {
    id: `P5.1-not-in-this-version-${slug(route)}`,
    name: `${route.method} ${route.path}, which only another version has.`,
    owasp: 'API9:2023',
    control: readProbe,
    attempt: async (attacker, { tokenA, inside }) => {
      const token = inside?.administrator ?? tokenA;
      const path = route.path.replace(/\{\w+\}/, '00000000-0000-7000-8000-000000000000');
      const answer = await attacker.send({
        method: route.method,
        path,
        token,
        ...(route.body ? { json: {} } : {}),
      });
      return unlessRefused(answer, [404, 405]);
    },
  };
}

/** An old version says of each answer that it ends, refusals included; a client must not be able to lose that. */
function deprecated({ routes, probePath }: World): Attack[] {
  const current = /^\/v(\d+)/.exec(probePath)?.[1] ?? '1';
  const path = `/v${Number(current) - 1}${afterVersion(probePath)}`;
  if (!routes.some((route) => route.path === path)) {
    return [];
  }
  const ways: readonly (readonly [id: string, call: RequestAttack['call']])[] = [
    ['answer', ({ tokenA }) => ({ path, token: tokenA })],
    ['refusal', () => ({ path })],
    ['bad-request', ({ tokenA }) => ({ path: `${path}?attack=1`, token: tokenA })],
    [
      'unknown-object',
      ({ tokenA }) => ({ path: `${path}/00000000-0000-7000-8000-000000000000`, token: tokenA }),
    ],
    ['head', ({ tokenA }) => ({ path, token: tokenA, method: 'HEAD' })],
    [
      'claim',
      ({ tokenA }) => ({
        path,
        token: tokenA,
        headers: { deprecation: '', sunset: 'Thu, 01 Jan 2099 00:00:00 GMT' },
      }),
    ],
  ];
  return ways.map(([id, call]) =>
    requestAttack({
      id: `P5.2-unannounced-${id}`,
      name: `The old version hides that it ends (${id}).`,
      owasp: 'API9:2023',
      call,
      judge: ({ headers }) =>
        headers['deprecation'] && headers['sunset'] ? undefined : 'no Deprecation and Sunset',
    }),
  );
}
