import type { Answer } from '../../engine/answer.ts';
import type { Attack } from '../../engine/attack.ts';
import { disclosedIn } from '../../engine/judgements.ts';
import { readProbe, requestAttack, type RequestAttack } from '../../engine/request-attack.ts';
import { insideOf, resourceOf } from '../../target/world.ts';

/* What a stranger finds by looking round, and what errors say about the inside. */

const FILES = [
  '/.env', '/.env.local', '/.git/config', '/.git/HEAD', '/.npmrc', '/package.json', '/package-lock.json', '/Dockerfile',
  '/docker-compose.yml', '/tsconfig.json', '/dist/main.js', '/src/main.ts', '/main.js.map', '/node_modules/pg/package.json',
  '/backup.sql', '/id_rsa', '/config.json', '/.aws/credentials', '/.DS_Store', '/server-status', '/metrics', '/actuator/env',
  '/actuator/health', '/debug/pprof/', '/debug', '/console', '/admin', '/phpinfo.php', '/wp-login.php', '/graphql',
  '/swagger', '/swagger.json', '/swagger-ui.html', '/api-docs', '/v3/api-docs', '/openapi.yaml', '/openapi/v2.yaml',
  '/openapi/v99.json', '/health', '/health/env', '/healthz', '/info', '/version', '/trace', '/__debug__', '/_profiler',
];

const TRAVERSALS = [
  '/docs/../package.json', '/docs/..%2fpackage.json', '/docs/%2e%2e/package.json', '/docs/....//package.json',
  '/docs/..%5cpackage.json', '/docs/v2/..%2f..%2fpackage.json', '/docs/%00', '/docs/v2%00.html', '/docs//etc/passwd',
  '/openapi/..%2f..%2fpackage.json', '/openapi/v2.json%00', '/problems/..%2f..%2f.env', '/problems/constructor',
  '/problems/__proto__', '/.well-known/..%2f..%2fpackage.json', '/docs/assets/../../../../etc/passwd',
];

const LOOKING: readonly RequestAttack[] = [...FILES, ...TRAVERSALS].map((path, index) => ({
  id: `P10.4-look-${index + 1}`,
  name: `A stranger looks for ${path}.`,
  owasp: 'API9:2023',
  call: () => ({ path }),
  refusals: [404, 400, 401, 403],
  judge: (answer) => disclosedIn(answer),
}));

/** Whatever goes wrong: one shape of answer, and nothing of what is behind it. */
const ERRORS: readonly (readonly [id: string, name: string, call: RequestAttack['call']])[] = [
  ['route', 'An unknown route.', () => ({ path: '/attack' })],
  ['method', 'A method that is not served.', ({ tokenA }) => ({ token: tokenA, method: 'PUT', json: {} })],
  ['json', 'JSON that breaks off.', ({ tokenA }) => ({ token: tokenA, method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"a": tru' })],
  ['type', 'A body of another type.', ({ tokenA }) => ({ token: tokenA, method: 'POST', headers: { 'content-type': 'a/b' }, body: 'x' })],
  ['no-type', 'A body without a type.', ({ tokenA }) => ({ token: tokenA, method: 'POST', body: '{}' })],
  ['large', 'A body that is too large.', ({ tokenA }) => ({ token: tokenA, method: 'POST', json: 'a'.repeat(300_000) })],
  ['schema', 'A body against the schema.', ({ tokenA }) => ({ token: tokenA, method: 'POST', json: { secret: 'hunter2' } })],
  ['query', 'A query against the schema.', ({ tokenA, probePath }) => ({ token: tokenA, path: `${probePath}?limit=abc` })],
  ['id', 'An id that is none.', ({ tokenA, probePath }) => ({ token: tokenA, path: `${probePath}/not-an-id` })],
  ['missing', 'An object that is not there.', ({ tokenA, probePath }) => ({ token: tokenA, path: `${probePath}/00000000-0000-7000-8000-000000000000` })],
  ['cursor', 'A cursor that nobody gave out.', ({ tokenA, probePath }) => ({ token: tokenA, path: `${probePath}?cursor=AAAA` })],
  ['anonymous', 'No credential.', () => ({})],
  ['token', 'A forged token.', () => ({ token: 'a.b.c' })],
  ['key', 'A forged key.', () => ({ key: 'sar_test_x' })],
  ['cookie', 'A forged cookie.', () => ({ cookie: '__Host-session=x' })],
  ['right', 'A missing right.', ({ tokenB }) => ({ token: tokenB, method: 'POST', json: {} })],
  ['escape', 'A target that cannot be read.', () => ({ path: '/%E0%A4%A' })],
  ['accept', 'A type of answer that nobody makes.', ({ tokenA }) => ({ token: tokenA, headers: { accept: 'image/png' } })],
  ['callback', 'The answer of an issuer that nobody asked.', () => ({ path: '/auth/callback?code=a&state=b' })],
  ['callback-error', 'An error of an issuer, with markup.', () => ({ path: '/auth/callback?error=%3Cscript%3E&error_description=%3Cscript%3E' })],
];

function judgeError(answer: Answer): string | undefined {
  if (answer.status < 400) {
    return disclosedIn(answer);
  }
  const problem = answer.json();
  const isProblem = /problem\+json/.test(answer.header('content-type')) && typeof problem['code'] === 'string';
  if (!isProblem && answer.text !== '') {
    return `it is no problem document but ${answer.header('content-type') || 'nothing that has a type'}`;
  }
  return /hunter2|<script>/.test(answer.text) ? 'the input came back' : disclosedIn(answer);
}

const OPEN_ANSWERS: readonly RequestAttack[] = ERRORS.map(([id, name, call]) => ({
  id: `P10.3-error-${id}`,
  name: `The error tells more than it should: ${name}`,
  owasp: 'API8:2023',
  call,
  judge: judgeError,
}));

const DOCUMENTS: readonly RequestAttack[] = [
  ...['/openapi/v1.json', '/openapi/v2.json', '/docs/', '/changelog', '/problems', '/health/ready', '/health/live'].map((path) => ({
    id: `P10.4-inside${path.replaceAll(/\W+/g, '-').replace(/-$/, '')}`,
    name: `${path} tells how the inside is made.`,
    owasp: 'API9:2023' as const,
    call: () => ({ path }),
    judge: (answer: Answer) => (/localhost:5|postgres:\/\/|nestjs|fastify/i.test(answer.text) ? 'it names a part' : disclosedIn(answer)),
  })),
  {
    id: 'P10.3-problem-markup',
    name: 'The page of a problem takes markup from its address.',
    owasp: 'API8:2023',
    call: () => ({ path: '/problems/%3Cscript%3Ealert(1)%3C%2Fscript%3E', headers: { accept: 'text/html' } }),
    judge: (answer) => (answer.text.includes('<script>alert') ? 'it runs' : undefined),
  },
  {
    id: 'P10.3-jsonp',
    name: 'A callback in the query makes a script of an answer.',
    owasp: 'API8:2023',
    call: ({ tokenA, probePath }) => ({ token: tokenA, path: `${probePath}?callback=attack` }),
    judge: (answer) => (answer.text.startsWith('attack(') ? 'it does' : undefined),
  },
];

/** Whether something exists must not be told to who may not see it. */
const EXISTENCE: readonly Attack[] = [
  {
    id: 'P10.3-existence-other-tenant',
    name: 'An object of another tenant is answered differently from one that is not there.',
    owasp: 'API1:2023',
    needs: ['resource'],
    control: readProbe,
    attempt: async (attacker, world) => {
      const resource = resourceOf(world);
      const id = await resource.createId(attacker, { token: world.tokenA });
      const there = await resource.read(attacker, id, { token: world.tokenB });
      const missing = await resource.read(attacker, id.replace(/.{4}$/, '0000'), { token: world.tokenB });
      return likeness(there) === likeness(missing) ? undefined : `${there.status} and ${missing.status}, or other words`;
    },
  },
  {
    id: 'P10.3-existence-session',
    name: 'A session of somebody else is answered differently from one that is not there.',
    owasp: 'API1:2023',
    needs: ['sessions'],
    control: (attacker, world) => attacker.send({ path: '/auth/sessions', cookie: insideOf(world).session.cookie }),
    attempt: async (attacker, world) => {
      const { session, ownOrigin, openSession } = insideOf(world);
      const other = await openSession(attacker, 'bob');
      const list = await attacker.send({ path: '/auth/sessions', cookie: other.cookie });
      const id = String(list.rows()[0]?.['id']);
      const headers = { 'x-csrf-token': session.csrfToken, origin: ownOrigin };
      const end = (path: string) => attacker.send({ method: 'DELETE', path, cookie: session.cookie, headers });
      const there = await end(`/auth/sessions/${id}`);
      const missing = await end('/auth/sessions/00000000-0000-4000-8000-000000000000');
      return likeness(there) === likeness(missing) ? undefined : `${there.status} and ${missing.status}`;
    },
  },
];

/** An answer without what differs each time. */
function likeness(answer: Answer): string {
  const { requestId, ...problem } = answer.json();
  return `${answer.status} ${JSON.stringify(problem)} ${typeof requestId}`;
}

export const DISCLOSURE: readonly Attack[] = [...[...LOOKING, ...OPEN_ANSWERS, ...DOCUMENTS].map(requestAttack), ...EXISTENCE];
