import type { Answer } from '../../engine/answer.ts';
import type { Attack } from '../../engine/attack.ts';
import { disclosedIn, isBareRefusal } from '../../engine/judgements.ts';
import { readProbe, requestAttack, type RequestAttack } from '../../engine/request-attack.ts';
import { sessionHeaders } from '../../routes/requests.ts';
import { insideOf, resourceOf } from '../../target/world.ts';

/* What errors say about the inside, and about what is not to be known. */

/** Whatever goes wrong: one shape of answer, and nothing of what is behind it. */
const ERRORS: readonly (readonly [id: string, name: string, call: RequestAttack['call']])[] = [
  ['route', 'An unknown route.', () => ({ path: '/attack' })],
  ['method', 'A method that is not served.', ({ tokenA }) => ({ token: tokenA, method: 'PUT', json: {} })],
  [
    'json',
    'JSON that breaks off.',
    ({ tokenA }) => ({
      token: tokenA,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"a": tru',
    }),
  ],
  [
    'type',
    'A body of another type.',
    ({ tokenA }) => ({ token: tokenA, method: 'POST', headers: { 'content-type': 'a/b' }, body: 'x' }),
  ],
  ['no-type', 'A body without a type.', ({ tokenA }) => ({ token: tokenA, method: 'POST', body: '{}' })],
  [
    'large',
    'A body that is too large.',
    ({ tokenA }) => ({ token: tokenA, method: 'POST', json: 'a'.repeat(300_000) }),
  ],
  [
    'schema',
    'A body against the schema.',
    ({ tokenA }) => ({ token: tokenA, method: 'POST', json: { secret: 'hunter2' } }),
  ],
  [
    'query',
    'A query against the schema.',
    ({ tokenA, probePath }) => ({ token: tokenA, path: `${probePath}?limit=abc` }),
  ],
  [
    'id',
    'An id that is none.',
    ({ tokenA, probePath }) => ({ token: tokenA, path: `${probePath}/not-an-id` }),
  ],
  [
    'missing',
    'An object that is not there.',
    ({ tokenA, probePath }) => ({ token: tokenA, path: `${probePath}/00000000-0000-7000-8000-000000000000` }),
  ],
  [
    'cursor',
    'A cursor that nobody gave out.',
    ({ tokenA, probePath }) => ({ token: tokenA, path: `${probePath}?cursor=AAAA` }),
  ],
  ['anonymous', 'No credential.', () => ({})],
  ['token', 'A forged token.', () => ({ token: 'a.b.c' })],
  ['key', 'A forged key.', () => ({ key: 'sar_test_x' })],
  ['cookie', 'A forged cookie.', () => ({ cookie: '__Host-session=x' })],
  ['right', 'A missing right.', ({ tokenB }) => ({ token: tokenB, method: 'POST', json: {} })],
  ['escape', 'A target that cannot be read.', () => ({ path: '/%E0%A4%A' })],
  [
    'accept',
    'A type of answer that nobody makes.',
    ({ tokenA }) => ({ token: tokenA, headers: { accept: 'image/png' } }),
  ],
  [
    'callback',
    'The answer of an issuer that nobody asked.',
    () => ({ path: '/auth/callback?code=a&state=b' }),
  ],
  [
    'callback-error',
    'An error of an issuer, with markup.',
    () => ({ path: '/auth/callback?error=%3Cscript%3E&error_description=%3Cscript%3E' }),
  ],
];

function judgeError(answer: Answer): string | undefined {
  if (answer.status < 400 || isBareRefusal(answer)) {
    return disclosedIn(answer);
  }
  const problem = answer.json();
  // A proxy in front has no codes, and says so by this type (RFC 9457 §4.2.1).
  const isKnown = typeof problem['code'] === 'string' || problem['type'] === 'about:blank';
  const isProblem = /problem\+json/.test(answer.header('content-type')) && isKnown;
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
      return likeness(there) === likeness(missing)
        ? undefined
        : `${there.status} and ${missing.status}, or other words`;
    },
  },
  {
    id: 'P10.3-existence-session',
    name: 'A session of somebody else is answered differently from one that is not there.',
    owasp: 'API1:2023',
    needs: ['sessions'],
    control: (attacker, world) =>
      attacker.send({ path: '/auth/sessions', cookie: insideOf(world).session.cookie }),
    attempt: async (attacker, world) => {
      const { session, ownOrigin, openSession } = insideOf(world);
      const other = await openSession(attacker, 'bob');
      const list = await attacker.send({ path: '/auth/sessions', cookie: other.cookie });
      const id = String(list.rows()[0]?.['id']);
      const headers = sessionHeaders(session.csrfToken, ownOrigin);
      const end = (path: string) =>
        attacker.send({ method: 'DELETE', path, cookie: session.cookie, headers });
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

export const ERROR_ATTACKS: readonly Attack[] = [...OPEN_ANSWERS.map(requestAttack), ...EXISTENCE];
