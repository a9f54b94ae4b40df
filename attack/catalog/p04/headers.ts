import type { Answer } from '../../engine/answer.ts';
import type { Attack } from '../../engine/attack.ts';
import { disclosedIn, isBareRefusal } from '../../engine/judgements.ts';
import { readProbe, requestAttack, type RequestAttack } from '../../engine/request-attack.ts';
import { insideOf, resourceOf } from '../../target/world.ts';

/* What every answer must carry, whatever it answers, and what a request must not be able to put into one. */

interface Occasion {
  readonly id: string;
  readonly name: string;
  readonly call: RequestAttack['call'];
}

const OCCASIONS: readonly Occasion[] = [
  { id: '200', name: 'an answer', call: ({ tokenA }) => ({ token: tokenA }) },
  {
    id: '400',
    name: 'a bad request',
    call: ({ tokenA, probePath }) => ({ token: tokenA, path: `${probePath}?attack=1` }),
  },
  { id: '401', name: 'a missing credential', call: () => ({}) },
  { id: '401-forged', name: 'a forged credential', call: () => ({ token: 'a.b.c' }) },
  { id: '403', name: 'a missing right', call: ({ tokenB }) => ({ token: tokenB, method: 'POST', json: {} }) },
  { id: '404', name: 'an unknown route', call: () => ({ path: '/attack-unknown' }) },
  {
    id: '404-object',
    name: 'an unknown object',
    call: ({ tokenA, probePath }) => ({
      token: tokenA,
      path: `${probePath}/00000000-0000-7000-8000-000000000000`,
    }),
  },
  {
    id: '405',
    name: 'a method that is not served',
    call: ({ tokenA }) => ({ token: tokenA, method: 'DELETE' }),
  },
  {
    id: '413',
    name: 'a body that is too large',
    call: ({ tokenA }) => ({ token: tokenA, method: 'POST', json: 'a'.repeat(300_000) }),
  },
  {
    id: '415',
    name: 'a body of another type',
    call: ({ tokenA }) => ({
      token: tokenA,
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: 'a',
    }),
  },
  {
    id: 'preflight',
    name: 'a preflight',
    call: () => ({
      method: 'OPTIONS',
      headers: { origin: 'https://attack.example', 'access-control-request-method': 'GET' },
    }),
  },
  { id: 'bad-escape', name: 'a target that cannot be read', call: () => ({ path: '/%zz' }) },
];

/** Without them a browser guesses types, frames answers, and caches what is personal. */
function missingIn(answer: Answer): string | undefined {
  // Who is cut off while still sending has no answer either.
  if (answer.status === 0 || isBareRefusal(answer)) {
    return undefined;
  }
  const isCached = /no-store|private/.test(answer.header('cache-control'));
  const faults = [
    answer.header('x-content-type-options') === 'nosniff' ? '' : 'X-Content-Type-Options',
    answer.header('content-security-policy') === '' ? 'Content-Security-Policy' : '',
    answer.status === 204 || isCached ? '' : 'Cache-Control',
    /html/.test(answer.header('content-type')) && answer.text !== '' ? 'a JSON type' : '',
  ].filter(Boolean);
  return faults.length > 0 ? `without ${faults.join(', ')}` : undefined;
}

const onEveryAnswer = OCCASIONS.flatMap(({ id, name, call }) => [
  requestAttack({
    id: `P4.4-headers-${id}`,
    name: `A browser is misled by ${name}: security headers are missing.`,
    owasp: 'API8:2023',
    call,
    judge: missingIn,
  }),
  requestAttack({
    id: `P4.6-banner-${id}`,
    name: `The server says what it is made of in ${name}.`,
    owasp: 'API8:2023',
    call,
    judge: (answer) => disclosedIn(answer),
  }),
]);

/** A host that the attacker chooses must not stand in anything that the server writes. */
const HOSTS: readonly RequestAttack[] = [
  'host',
  'x-forwarded-host',
  'x-host',
  'x-forwarded-server',
  'forwarded',
  'x-original-host',
].map((name) => ({
  id: `P4.6-foreign-${name}`,
  name: `${name} names another host, and links lead there.`,
  owasp: 'API8:2023',
  call: () => ({
    path: '/auth/login',
    headers: { [name]: name === 'forwarded' ? 'host=attack.example' : 'attack.example' },
  }),
  judge: (answer) =>
    `${answer.text}${JSON.stringify(answer.headers)}`.includes('attack.example')
      ? 'the host came back'
      : undefined,
}));

const METHODS: readonly Attack[] = ['x-http-method-override', 'x-http-method', 'x-method-override'].map(
  (name) => ({
    id: `P4.6-override-${name}`,
    name: `A POST that ${name} turns into a DELETE.`,
    owasp: 'API8:2023' as const,
    needs: ['resource'] as const,
    control: readProbe,
    attempt: async (attacker, world) => {
      const resource = resourceOf(world);
      const owner = { token: world.tokenA };
      const id = await resource.createId(attacker, owner);
      await attacker.send({
        method: 'POST',
        path: `${resource.path}/${id}`,
        ...owner,
        headers: { [name]: 'DELETE' },
        json: {},
      });
      return (await resource.read(attacker, id, owner)).isSuccess ? undefined : 'the object is gone';
    },
  }),
);

const OTHERS: readonly RequestAttack[] = [
  {
    id: 'P4.3-hsts-over-plaintext',
    name: 'A plaintext answer sends HSTS, which whoever sits between could have written.',
    owasp: 'API8:2023',
    needs: ['plain-http'],
    call: ({ tokenA }) => ({ token: tokenA }),
    judge: (answer) => (answer.headers['strict-transport-security'] ? 'it does' : undefined),
  },
  {
    id: 'P4.3-hsts-by-claim',
    name: 'X-Forwarded-Proto of a stranger makes the server believe in TLS.',
    owasp: 'API8:2023',
    needs: ['plain-http'],
    call: ({ tokenA }) => ({ token: tokenA, headers: { 'x-forwarded-proto': 'https' } }),
    judge: (answer) => (answer.headers['strict-transport-security'] ? 'it does' : undefined),
  },
  ...[
    'not json',
    '[]',
    '{"csp-report":"a"}',
    '{"csp-report":{"document-uri":{"a":1}}}',
    '['.repeat(5000),
  ].map((body, index) => ({
    id: `P4.4-csp-report-${index + 1}`,
    name: `The place for reports of browsers gets what is no report (${body.slice(0, 20)}).`,
    owasp: 'API8:2023' as const,
    call: () => ({
      method: 'POST',
      path: '/csp-reports',
      headers: { 'content-type': 'application/csp-report' },
      body,
    }),
    judge: (answer: Answer) => disclosedIn(answer),
  })),
  {
    id: 'P4.4-csp-report-large',
    name: 'A report of half a megabyte.',
    owasp: 'API4:2023',
    call: () => ({
      method: 'POST',
      path: '/csp-reports',
      headers: { 'content-type': 'application/csp-report' },
      body: `{"csp-report":{"a":"${'a'.repeat(500_000)}"}}`,
    }),
    refusals: [413, 400, 404],
  },
  {
    id: 'P4.6-redirect-elsewhere',
    name: 'The log-in sends the browser to a page of the attacker.',
    owasp: 'API8:2023',
    needs: ['sessions'],
    call: () => ({ path: '/auth/login?returnTo=https%3A%2F%2Fattack.example%2F' }),
    refusals: [400],
  },
  ...[
    '//attack.example',
    String.raw`/\attack.example`,
    'javascript:alert(1)',
    'https:attack.example',
    '%09//attack.example',
    '/%2f/attack.example',
  ].map((text, index) => ({
    id: `P4.6-redirect-trick-${index + 1}`,
    name: `The log-in sends the browser to ${text}.`,
    owasp: 'API8:2023' as const,
    needs: ['sessions'] as const,
    call: () => ({ path: `/auth/login?returnTo=${encodeURIComponent(text)}` }),
    refusals: [400],
  })),
  {
    id: 'P4.6-redirect-like-own',
    name: 'The log-in sends the browser to a look-alike of the allowed page.',
    owasp: 'API8:2023',
    needs: ['sessions'],
    call: (world) => ({
      path: `/auth/login?returnTo=${encodeURIComponent(`${insideOf(world).allowedOrigin}.attack.example/`)}`,
    }),
    refusals: [400],
  },
  {
    id: 'P4.6-redirect-user-info',
    name: 'The log-in sends the browser to a host behind the allowed one as user name.',
    owasp: 'API8:2023',
    needs: ['sessions'],
    call: (world) => ({
      path: `/auth/login?returnTo=${encodeURIComponent(`${insideOf(world).allowedOrigin}@attack.example/`)}`,
    }),
    refusals: [400],
  },
];

export const HEADER_ATTACKS: readonly Attack[] = [
  ...onEveryAnswer,
  ...[...HOSTS, ...OTHERS].map(requestAttack),
  ...METHODS,
];
