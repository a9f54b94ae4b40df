import type { Attack } from '../../engine/attack.ts';
import type { Attacker } from '../../engine/attacker.ts';
import { unlessRefused } from '../../engine/judgements.ts';
import { requestAttack, type RequestAttack } from '../../engine/request-attack.ts';
import { insideOf, type World } from '../../target/world.ts';

/* Ids that are believed, traces that are wiped away, and those of other people. */

const IDS: readonly RequestAttack[] = [
  'a b',
  'short',
  '<script>alert(1)</script>',
  'a'.repeat(500),
  '../../etc',
  '"quoted-text"',
  '${jndi:ldap://a}',
].map((value, index) => ({
  id: `P8.3-request-id-${index + 1}`,
  name: `An id of a request that is none comes back and is believed (${value.slice(0, 20)}).`,
  owasp: 'API8:2023',
  call: ({ tokenA }) => ({ token: tokenA, headers: { 'x-request-id': value } }),
  judge: (answer) => (answer.header('x-request-id') === value ? 'it came back' : undefined),
}));

const TRACES: readonly RequestAttack[] = [
  'x',
  '00-0-0-00',
  `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01`,
  `ff-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
  'a'.repeat(4000),
].map((value, index) => ({
  id: `P8.3-trace-${index + 1}`,
  name: `A trace that is none is gone on with (${value.slice(0, 20)}).`,
  owasp: 'API8:2023',
  call: ({ tokenA }) => ({ token: tokenA, headers: { traceparent: value } }),
  judge: (answer) =>
    answer.header('traceresponse').split('-')[1] === (value.split('-')[1] ?? value) ? 'it was' : undefined,
}));

/** Nobody changes what was noted: no method, no route, no role. */
const WIPES: readonly Attack[] = [
  '/v2/audit-events',
  '/v2/admin/alerts',
  '/v2/admin/deprecated-usage',
].flatMap((path) =>
  ['POST', 'PUT', 'PATCH', 'DELETE'].map((method) => ({
    id: `P8.5-wipe-${method.toLowerCase()}${path.replaceAll('/', '-')}`,
    name: `An administrator changes what was noted: ${method} ${path}.`,
    owasp: 'API5:2023' as const,
    needs: ['administrator'] as const,
    control: (attacker: Attacker, world: World) =>
      attacker.send({ path, token: insideOf(world).administrator }),
    attempt: async (attacker: Attacker, world: World) =>
      unlessRefused(
        await attacker.send({ method, path, token: insideOf(world).administrator, json: {} }),
        [404, 405],
      ),
  })),
);

const borders: readonly Attack[] = [
  {
    id: 'P8.1-trail-of-another-tenant',
    name: 'The administrator of one tenant reads the trail of another.',
    owasp: 'API1:2023',
    needs: ['administrator', 'signing-key'],
    control: (attacker, world) =>
      attacker.send({ path: '/v2/audit-events', token: insideOf(world).administrator }),
    attempt: async (attacker, world) => {
      const { signer, session } = insideOf(world);
      const token = signer.token({ tenant: 'globex', sub: 'attack-administrator', roles: ['administrator'] });
      const answer = await attacker.send({ path: '/v2/audit-events?limit=100', token });
      return answer.text.includes(session.subject) ? 'it names a person of the other tenant' : undefined;
    },
  },
];

export const TRACE_ATTACKS: readonly Attack[] = [
  ...[...IDS, ...TRACES].map(requestAttack),
  ...WIPES,
  ...borders,
];
