import { randomInt, randomUUID } from 'node:crypto';
import type { Answer } from '../../engine/answer.ts';
import type { Attack } from '../../engine/attack.ts';
import type { Attacker, Call, Credential } from '../../engine/attacker.ts';
import { Inconclusive } from '../../engine/inconclusive.ts';
import { firstOf, unlessRefused } from '../../engine/judgements.ts';
import { readProbe, requestAttack, type RequestAttack } from '../../engine/request-attack.ts';
import { insideOf, resourceOf, type World } from '../../target/world.ts';

/* Other people's rows, and fields that are kept sealed. */

/** Names of a tenant where a careless server might look for one. */
const TENANTS: readonly RequestAttack[] = [
  ...[
    'x-tenant-id',
    'x-tenant',
    'tenant',
    'x-organization-id',
    'x-account-id',
    'x-user-id',
    'x-forwarded-user',
    'x-subject',
  ].map((name) => ({ name, call: (): Partial<Call> => ({ headers: { [name]: 'acme' } }) })),
  { name: 'cookie', call: (): Partial<Call> => ({ cookie: 'tenant=acme; tenantId=acme' }) },
  { name: 'host', call: (): Partial<Call> => ({ headers: { host: 'acme.localhost' } }) },
].map(({ name, call }) => {
  let rowsOfA: readonly string[] = [];
  return {
    id: `P9.2-tenant-by-${name}`,
    name: `A caller names the tenant of somebody else (${name}).`,
    owasp: 'API1:2023',
    needs: ['resource'],
    control: async (attacker, world) => {
      await resourceOf(world).createId(attacker, { token: world.tokenA });
      rowsOfA = idsIn(await attacker.send({ path: firstRows(world), token: world.tokenA }));
      return attacker.send({ path: world.probePath, token: world.tokenB });
    },
    call: (world) => ({ token: world.tokenB, path: firstRows(world), ...call() }),
    judge: (answer) =>
      rowsOfA.some((id) => answer.text.includes(id)) ? 'rows of the other tenant came' : undefined,
  };
});

function firstRows({ probePath }: World): string {
  return `${probePath}?limit=100`;
}

/** Never by what is written in a row: an earlier run has left such rows to both tenants. */
function idsIn({ text }: Answer): string[] {
  const ids = text.match(/\b[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\b/g) ?? [];
  if (ids.length === 0) {
    throw new Inconclusive('the tenant has no row that could be recognized');
  }
  return ids;
}

const A = ({ tokenA }: World): Credential => ({ token: tokenA });
const B = ({ tokenB }: World): Credential => ({ token: tokenB });

/** One that may be sent again: it is to make one object and no second. */
function repeatableCreation(world: World): Call {
  const resource = resourceOf(world);
  return {
    method: 'POST',
    path: resource.path,
    headers: { 'idempotency-key': randomUUID() },
    json: resource.body(),
  };
}

const newTaxId = (): string => `ZZ${String(randomInt(1e9)).padStart(9, '0')}`;

interface Border {
  readonly id: string;
  readonly name: string;
  readonly needs?: Attack['needs'];
  readonly attempt: (attacker: Attacker, world: World) => Promise<string | undefined>;
}

const BORDERS: readonly Border[] = [
  {
    id: 'P9.2-list-of-another-tenant',
    name: 'A list shows rows of another tenant.',
    attempt: async (attacker, world) => {
      const id = await resourceOf(world).createId(attacker, A(world));
      const answer = await attacker.send({ path: `${world.probePath}?limit=100`, ...B(world) });
      return answer.text.includes(id) ? 'it does' : undefined;
    },
  },
  {
    id: 'P9.2-export-of-another-tenant',
    name: 'An export holds rows of another tenant.',
    attempt: async (attacker, world) => {
      const id = await resourceOf(world).createId(attacker, A(world));
      const answer = await attacker.send({ path: `${world.probePath}/export`, ...B(world) });
      return answer.text.includes(id) ? 'it does' : undefined;
    },
  },
  {
    id: 'P9.2-search-of-another-tenant',
    name: 'A search finds rows of another tenant.',
    attempt: async (attacker, world) => {
      const word = `Zq${randomUUID().slice(0, 8)}`;
      const resource = resourceOf(world);
      await resource.createId(attacker, A(world), { [resource.textField]: word });
      const path = `${world.probePath}?search=${word}`;
      const isFound = (await attacker.send({ path, ...A(world) })).rows().length > 0;
      const other = await attacker.send({ path, ...B(world) });
      return isFound && other.rows().length > 0 ? 'it does' : undefined;
    },
  },
  {
    id: 'P9.2-cursor-of-another-tenant',
    name: 'The cursor of one tenant leads into its rows from another.',
    attempt: async (attacker, world) => {
      const first = await attacker.send({ path: `${world.probePath}?limit=1`, ...A(world) });
      const path = `${world.probePath}?limit=1&cursor=${String(first.json()['nextCursor'])}`;
      return unlessRefused(await attacker.send({ path, ...B(world) }), [400]);
    },
  },
  {
    id: 'P9.2-cursor-of-another-list',
    name: 'A cursor of one order goes on in another.',
    attempt: async (attacker, world) => {
      const first = await attacker.send({ path: `${world.probePath}?limit=1`, ...A(world) });
      const path = `${world.probePath}?limit=1&status=closed&cursor=${String(first.json()['nextCursor'])}`;
      return unlessRefused(await attacker.send({ path, ...A(world) }), [400]);
    },
  },
  {
    id: 'P9.2-cursor-changed',
    name: 'A cursor whose letters were changed is believed.',
    attempt: async (attacker, world) => {
      const first = await attacker.send({ path: `${world.probePath}?limit=1`, ...A(world) });
      const { nextCursor } = first.json();
      if (typeof nextCursor !== 'string') {
        throw new Inconclusive('the list gives out no cursor');
      }
      const cursor = nextCursor.split('');
      const findings: (string | undefined)[] = [];
      for (const index of [0, 5, Math.floor(cursor.length / 2), cursor.length - 3]) {
        const changed = cursor.with(index, cursor[index] === 'A' ? 'B' : 'A').join('');
        const answer = await attacker.send({
          path: `${world.probePath}?limit=1&cursor=${changed}`,
          ...A(world),
        });
        findings.push(unlessRefused(answer, [400]));
      }
      return firstOf(findings);
    },
  },
  {
    id: 'P9.2-repeated-by-another-tenant',
    name: 'The idempotency key of one tenant brings its answer to another.',
    needs: ['signing-key'],
    attempt: async (attacker, world) => {
      const call = repeatableCreation(world);
      const mine = await attacker.send({ ...call, ...A(world) });
      const token = insideOf(world).signer.token({ tenant: 'globex', sub: 'attack-other' });
      const theirs = await attacker.send({ ...call, token });
      return mine.json()['id'] === theirs.json()['id'] ? 'it does' : undefined;
    },
  },
  {
    id: 'P9.2-repeated-by-a-colleague',
    name: 'The idempotency key of one person brings its answer to a colleague.',
    needs: ['administrator'],
    attempt: async (attacker, world) => {
      const call = repeatableCreation(world);
      const mine = await attacker.send({ ...call, ...A(world) });
      const theirs = await attacker.send({ ...call, token: insideOf(world).administrator });
      return mine.json()['id'] === theirs.json()['id'] ? 'it does' : undefined;
    },
  },
  ...['list', 'object', 'export', 'search'].map((place) => ({
    id: `P9.4-sealed-in-${place}`,
    name: `A caller without the scope for it reads a sealed field (${place}).`,
    needs: ['administrator'] as const,
    attempt: async (attacker: Attacker, world: World) => {
      const secret = newTaxId();
      const id = await resourceOf(world).createId(attacker, A(world), { taxId: secret });
      const path =
        { list: '?limit=100', object: `/${id}`, export: '/export', search: `?search=${secret}` }[place] ?? '';
      const answer = await attacker.send({ path: `${world.probePath}${path}`, ...A(world) });
      const isFoundByIt = place === 'search' && answer.rows().length > 0;
      return answer.text.includes(secret) || isFoundByIt ? 'it does' : undefined;
    },
  })),
  {
    id: 'P9.4-sealed-by-old-version',
    name: 'The old version shows a sealed field that the new one masks.',
    needs: ['administrator'],
    attempt: async (attacker, world) => {
      const secret = newTaxId();
      const id = await resourceOf(world).createId(attacker, A(world), { taxId: secret });
      const answer = await attacker.send({
        path: `${world.probePath.replace('/v2', '/v1')}/${id}`,
        ...A(world),
      });
      return answer.text.includes(secret) ? 'it does' : undefined;
    },
  },
  {
    id: 'P9.2-lost-update',
    name: 'A change without the current version overwrites that of somebody else.',
    attempt: async (attacker, world) => {
      const resource = resourceOf(world);
      const id = await resource.createId(attacker, A(world));
      const stale = await resource.condition(attacker, id, A(world));
      const json = { [resource.textField]: 'Changed Twice' };
      await resource.update(attacker, id, A(world), { [resource.textField]: 'Changed Once' });
      const path = `${resource.path}/${id}`;
      const late = await attacker.send({ method: 'PATCH', path, ...A(world), headers: stale, json });
      const blind = await attacker.send({ method: 'PATCH', path, ...A(world), json });
      return firstOf([unlessRefused(late, [412]), unlessRefused(blind, [428, 412])]);
    },
  },
  {
    id: 'P9.2-race-of-one-key',
    name: 'Twenty requests with one idempotency key create more than one object.',
    attempt: async (attacker, world) => {
      const call = repeatableCreation(world);
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => attacker.send({ ...call, ...A(world) })),
      );
      const ids = new Set(answers.filter(({ isSuccess }) => isSuccess).map((answer) => answer.json()['id']));
      return ids.size > 1 ? `${ids.size} were made` : undefined;
    },
  },
];

const borders: readonly Attack[] = BORDERS.map(({ needs = [], ...border }) => ({
  owasp: border.id.startsWith('P9.4') ? ('API3:2023' as const) : ('API1:2023' as const),
  ...border,
  needs: ['resource', ...needs],
  control: readProbe,
}));

export const TENANT_ATTACKS: readonly Attack[] = [...TENANTS.map(requestAttack), ...borders];
