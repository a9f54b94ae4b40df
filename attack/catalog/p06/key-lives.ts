import type { Answer } from '../../engine/answer.ts';
import type { Attack } from '../../engine/attack.ts';
import type { Attacker, Call, Credential } from '../../engine/attacker.ts';
import { Inconclusive } from '../../engine/inconclusive.ts';
import { firstOf, unlessRefused } from '../../engine/judgements.ts';
import { insideOf, type World } from '../../target/world.ts';

/* What a key may no longer do, never could, or tries to give itself. */

const KEYS = '/v2/api-keys';

interface NewKey {
  readonly id: string;
  readonly key: string;
}

/** @throws Inconclusive when none was made */
async function makeKey(attacker: Attacker, by: Credential, { known }: World, members: object = {}): Promise<NewKey> {
  attacker.move();
  const json = { name: 'attack', scopes: known['scopes'], expiresInDays: 1, ...members };
  const answer = await attacker.send({ method: 'POST', path: KEYS, ...by, json });
  const { id, key } = answer.json();
  if (typeof id !== 'string' || typeof key !== 'string') {
    throw new Inconclusive(`no key could be made to attack with (${answer.status})`);
  }
  return { id, key };
}

const use = (attacker: Attacker, { probePath }: World, key: string): Promise<Answer> =>
  attacker.send({ path: probePath, key });

const rotate = (attacker: Attacker, by: Credential, graceSeconds: number, id = 'current'): Promise<Answer> =>
  attacker.send({ method: 'POST', path: `${KEYS}/${id}/rotate`, ...by, json: { graceSeconds } });

const ownerOf = ({ tokenA }: World): Credential => ({ token: tokenA });

interface Life {
  readonly id: string;
  readonly name: string;
  readonly needs?: Attack['needs'];
  readonly attempt: (attacker: Attacker, world: World) => Promise<string | undefined>;
}

const LIVES: readonly Life[] = [
  {
    id: 'P6.4-revoked',
    name: 'A revoked key is used at once.',
    attempt: async (attacker, world) => {
      const { id, key } = await makeKey(attacker, ownerOf(world), world);
      const before = await use(attacker, world, key);
      await attacker.send({ method: 'DELETE', path: `${KEYS}/${id}`, ...ownerOf(world) });
      return before.isSuccess ? unlessRefused(await use(attacker, world, key), [401]) : 'a new key was refused';
    },
  },
  {
    id: 'P6.4-revoked-rotates',
    name: 'A revoked key rotates itself back to life.',
    attempt: async (attacker, world) => {
      const { id, key } = await makeKey(attacker, ownerOf(world), world);
      await attacker.send({ method: 'DELETE', path: `${KEYS}/${id}`, ...ownerOf(world) });
      return unlessRefused(await rotate(attacker, { key }, 0), [401]);
    },
  },
  {
    id: 'P6.4-revoked-by-owner-rotated',
    name: 'The owner’s rotation revives a revoked key.',
    attempt: async (attacker, world) => {
      const { id } = await makeKey(attacker, ownerOf(world), world);
      await attacker.send({ method: 'DELETE', path: `${KEYS}/${id}`, ...ownerOf(world) });
      return unlessRefused(await rotate(attacker, ownerOf(world), 0, id), [409, 404]);
    },
  },
  {
    id: 'P6.4-child-of-revoked',
    name: 'A key that a revoked key had made outlives it.',
    attempt: async (attacker, world) => {
      const scopes = [...(world.known['scopes'] as string[]), 'api-keys:write', 'api-keys:read'];
      const parent = await makeKey(attacker, ownerOf(world), world, { scopes });
      const child = await makeKey(attacker, { key: parent.key }, world);
      await attacker.send({ method: 'DELETE', path: `${KEYS}/${parent.id}`, ...ownerOf(world) });
      return unlessRefused(await use(attacker, world, child.key), [401]);
    },
  },
  {
    id: 'P6.2-old-after-rotation',
    name: 'The old secret is used after a rotation without grace.',
    attempt: async (attacker, world) => {
      const { key } = await makeKey(attacker, ownerOf(world), world);
      const renewed = String((await rotate(attacker, { key }, 0)).json()['key']);
      const isNewGood = (await use(attacker, world, renewed)).isSuccess;
      return isNewGood ? unlessRefused(await use(attacker, world, key), [401]) : 'the new secret was refused';
    },
  },
  {
    id: 'P6.2-first-of-three',
    name: 'The first of three secrets is used while the second has grace.',
    attempt: async (attacker, world) => {
      const { key } = await makeKey(attacker, ownerOf(world), world);
      const second = String((await rotate(attacker, { key }, 3600)).json()['key']);
      await rotate(attacker, { key: second }, 3600);
      return unlessRefused(await use(attacker, world, key), [401]);
    },
  },
  {
    id: 'P6.2-old-takes-over',
    name: 'A copied old secret rotates the key away from its owner.',
    attempt: async (attacker, world) => {
      const { key } = await makeKey(attacker, ownerOf(world), world);
      await rotate(attacker, { key }, 3600);
      return unlessRefused(await rotate(attacker, { key }, 0), [403, 401, 409]);
    },
  },
  {
    id: 'P6.2-grace-without-end',
    name: 'A rotation asks for a grace of a year.',
    attempt: async (attacker, world) => {
      const { key } = await makeKey(attacker, ownerOf(world), world);
      return unlessRefused(await rotate(attacker, { key }, 31_536_000), [400]);
    },
  },
  ...[366, 0, -1, 1.5, '90', null].map((days) => ({
    id: `P6.2-life-${String(days).replace(/\W/g, '-')}`,
    name: `A key is made that lives ${JSON.stringify(days)} days.`,
    attempt: (attacker: Attacker, world: World) => refusedCreation(attacker, world, { expiresInDays: days }, [400, 403]),
  })),
  ...[
    ['sensitive', ['customers:read_sensitive']],
    ['admin', ['admin']],
    ['wildcard', ['*']],
    ['prefix', ['customers:*']],
    ['role', ['administrator']],
    ['openid', ['openid']],
    ['none', []],
    ['two-in-one', ['customers:read customers:read_sensitive']],
  ].map(([id, scopes]) => ({
    id: `P6.3-escalation-${String(id)}`,
    name: `A key is made with scopes that its maker has not: ${JSON.stringify(scopes)}.`,
    attempt: (attacker: Attacker, world: World) => refusedCreation(attacker, world, { scopes }, [403, 400]),
  })),
  {
    id: 'P6.3-plan-on-creation',
    name: 'A key is made with a larger plan than its maker may choose.',
    attempt: (attacker, world) => refusedCreation(attacker, world, { ratePlan: 'high' }, [403]),
  },
  {
    id: 'P6.3-maker-without-scope',
    name: 'A key without the scope for it makes a key.',
    attempt: async (attacker, world) => {
      const { key } = await makeKey(attacker, ownerOf(world), world);
      const json = { name: 'attack', scopes: world.known['scopes'] };
      return unlessRefused(await attacker.send({ method: 'POST', path: KEYS, key, json }), [403]);
    },
  },
  {
    id: 'P6.3-child-outgrows-parent',
    name: 'A key makes a key with a scope that only its owner has.',
    attempt: async (attacker, world) => {
      const parent = await makeKey(attacker, ownerOf(world), world, { scopes: ['customers:read', 'api-keys:write'] });
      const json = { name: 'attack', scopes: ['customers:write'] };
      return unlessRefused(await attacker.send({ method: 'POST', path: KEYS, key: parent.key, json }), [403]);
    },
  },
  {
    id: 'P6.3-child-of-read-only',
    name: 'A read-only key makes one that may write.',
    attempt: async (attacker, world) => {
      const parent = await makeKey(attacker, ownerOf(world), world, { scopes: ['customers:read', 'api-keys:write'], readOnly: true });
      const json = { name: 'attack', scopes: ['customers:read'], readOnly: false };
      return unlessRefused(await attacker.send({ method: 'POST', path: KEYS, key: parent.key, json }), [403]);
    },
  },
  {
    id: 'P6.3-other-network',
    name: 'A key for one network is used from another, which claims to be the right one.',
    attempt: async (attacker, world) => {
      const { key } = await makeKey(attacker, ownerOf(world), world, { allowedNetworks: ['192.0.2.0/24'] });
      const claims = ['x-forwarded-for', 'x-real-ip', 'true-client-ip', 'x-client-ip', 'forwarded'];
      const answers = [await use(attacker, world, key)];
      for (const name of claims) {
        const headers = { [name]: name === 'forwarded' ? 'for=192.0.2.7' : '192.0.2.7' };
        answers.push(await attacker.send({ path: world.probePath, key, headers }));
      }
      return firstOf(answers.map((answer) => unlessRefused(answer, [401, 403])));
    },
  },
  ...[
    ['scopes', { scopes: ['customers:read_sensitive'] }],
    ['read-only', { readOnly: false }],
    ['plan', { ratePlan: 'high' }],
    ['end', { expiresInDays: 90 }],
    ['owner', { owner: 'attack' }],
    ['status', { status: 'active', revokedAt: null }],
  ].map(([id, json]) => ({
    id: `P6.3-change-${String(id)}`,
    name: `A change gives a key more than it was made with: ${JSON.stringify(json)}.`,
    attempt: async (attacker: Attacker, world: World) => {
      const made = await makeKey(attacker, ownerOf(world), world, { readOnly: true });
      const call: Call = { method: 'PATCH', path: `${KEYS}/${made.id}`, ...ownerOf(world), json };
      return unlessRefused(await attacker.send(call), [400, 403]);
    },
  })),
  {
    id: 'P6.3-key-of-colleague',
    name: 'A caller reads and revokes the key of a colleague.',
    needs: ['administrator'],
    attempt: async (attacker, world) => {
      const { id } = await makeKey(attacker, { token: insideOf(world).administrator }, world);
      const path = `${KEYS}/${id}`;
      const read = await attacker.send({ path, ...ownerOf(world) });
      const revoke = await attacker.send({ method: 'DELETE', path, ...ownerOf(world) });
      return firstOf([unlessRefused(read, [404, 403]), unlessRefused(revoke, [404, 403])]);
    },
  },
  {
    id: 'P6.1-secret-shown-again',
    name: 'A list or a single key shows a secret or what is stored of it.',
    attempt: async (attacker, world) => {
      const { id, key } = await makeKey(attacker, ownerOf(world), world);
      const secret = key.split('_')[3] ?? key;
      const answers = [
        await attacker.send({ path: `${KEYS}?limit=100`, ...ownerOf(world) }),
        await attacker.send({ path: `${KEYS}/${id}`, ...ownerOf(world) }),
        await attacker.send({ path: `${KEYS}/current`, key }),
      ];
      const isShown = answers.some(({ text }) => text.includes(secret) || /"(secret|hash|secretHash|pepper)\w*"/i.test(text));
      return isShown ? 'it does' : undefined;
    },
  },
  {
    id: 'P6.4-key-outlives-tenant-border',
    name: 'A key of one tenant reads an object of another.',
    needs: ['signing-key', 'resource'],
    attempt: async (attacker, world) => {
      const stranger = insideOf(world).signer.token({ tenant: 'globex', sub: 'attack-stranger' });
      const { key } = await makeKey(attacker, { token: stranger }, world);
      const id = await world.resource?.createId(attacker, ownerOf(world));
      return unlessRefused(await attacker.send({ path: `${world.probePath}/${id}`, key }), [404]);
    },
  },
];

async function refusedCreation(
  attacker: Attacker,
  world: World,
  members: object,
  refusals: readonly number[],
): Promise<string | undefined> {
  attacker.move();
  const json = { name: 'attack', scopes: world.known['scopes'], expiresInDays: 1, ...members };
  return unlessRefused(await attacker.send({ method: 'POST', path: KEYS, ...ownerOf(world), json }), refusals);
}

export const KEY_LIVES: readonly Attack[] = LIVES.map(({ needs = [], ...life }) => ({
  owasp: life.id.startsWith('P6.3') ? ('API5:2023' as const) : ('API2:2023' as const),
  ...life,
  needs: ['api-keys', ...needs],
  control: (attacker, world) => attacker.send({ path: `${KEYS}?limit=1`, ...ownerOf(world) }),
}));
