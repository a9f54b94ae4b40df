import type { Attack } from '../../engine/attack.ts';
import type { Attacker, Credential } from '../../engine/attacker.ts';
import { disclosedIn } from '../../engine/judgements.ts';
import { readProbe, requestAttack, type RequestAttack } from '../../engine/request-attack.ts';
import { type World } from '../../target/world.ts';

/* Queries that mean more than they say. */

const SLOW_MILLISECONDS = 2500;

/** Nothing else runs meanwhile: what waits has waited for the database. */
const BLIND: readonly RequestAttack[] = [
  "';SELECT pg_sleep(3)--",
  "' || pg_sleep(3)--",
  '1) OR (SELECT pg_sleep(3)) IS NULL--',
  "' AND 1=(SELECT 1 FROM pg_sleep(3))--",
  "WAITFOR DELAY '0:0:3'",
  "' OR SLEEP(3)#",
].flatMap((payload, index) =>
  ['search', 'sort', 'cursor', 'status', 'id'].map((place) => ({
    id: `P9.1-blind-${place}-${index + 1}`,
    name: `SQL in ${place} makes the database wait (${payload}).`,
    owasp: 'API8:2023' as const,
    isAlone: index === 0,
    call: ({ tokenA, probePath }: World) => ({
      token: tokenA,
      path:
        place === 'id'
          ? `${probePath}/${encodeURIComponent(payload)}`
          : `${probePath}?${place}=${encodeURIComponent(payload)}`,
    }),
    judge: (answer) =>
      answer.milliseconds > SLOW_MILLISECONDS ? 'the answer waited' : disclosedIn(answer, payload),
  })),
);

const ODD: readonly RequestAttack[] = [
  ...['0', '-1', '101', '1e3', '1.5', 'NaN', '99999999999999999999', '', '0x10', '１'].map(
    (value, index) => ({
      id: `P9.1-limit-${index + 1}`,
      name: `A page of ${JSON.stringify(value)} rows.`,
      owasp: 'API4:2023' as const,
      call: ({ tokenA, probePath }: World) => ({
        token: tokenA,
        path: `${probePath}?limit=${encodeURIComponent(value)}`,
      }),
      refusals: [400],
    }),
  ),
  ...[
    'id',
    'taxId',
    'tenantId',
    'password',
    'createdAt;DROP TABLE customers',
    '(SELECT 1)',
    '-createdAt,taxId',
    'constructor',
  ].map((value, index) => ({
    id: `P9.1-sort-${index + 1}`,
    name: `A list is sorted by ${value}.`,
    owasp: 'API8:2023' as const,
    call: ({ tokenA, probePath }: World) => ({
      token: tokenA,
      path: `${probePath}?sort=${encodeURIComponent(value)}`,
    }),
    refusals: [400],
  })),
];

const A = ({ tokenA }: World): Credential => ({ token: tokenA });

const WILDCARDS: readonly Attack[] = ['%', '_', '%%%', '___', String.raw`\%\%`, '*', '.*'].map(
  (wildcard, index) => ({
    id: `P9.1-wildcard-${index + 1}`,
    name: `${wildcard} in a search stands for everything.`,
    owasp: 'API8:2023' as const,
    needs: ['resource'] as const,
    control: readProbe,
    attempt: async (attacker: Attacker, world: World) => {
      const text = wildcard.padEnd(3, wildcard);
      const path = (word: string): string => `${world.probePath}?search=${encodeURIComponent(word)}`;
      const none = await attacker.send({ path: path('qzxjkvw'), ...A(world) });
      const answer = await attacker.send({ path: path(text), ...A(world) });
      return answer.isSuccess && answer.rows().length > none.rows().length + 3 ? 'it does' : undefined;
    },
  }),
);

export const QUERY_ATTACKS: readonly Attack[] = [...[...BLIND, ...ODD].map(requestAttack), ...WILDCARDS];
