import type { Attack } from '../../engine/attack.ts';
import type { Attacker, Call } from '../../engine/attacker.ts';
import { firstOf, unlessRefused } from '../../engine/judgements.ts';
import { type World } from '../../target/world.ts';

import { type Life, KEYS, keyAttack, makeKey, ownerOf, refusedCreation, use } from './key-attack.ts';

/* What a key never could, and tries to give itself. */

const RIGHTS: readonly Life[] = [
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
      const parent = await makeKey(attacker, ownerOf(world), world, {
        scopes: ['customers:read', 'api-keys:write'],
      });
      const json = { name: 'attack', scopes: ['customers:write'] };
      return unlessRefused(await attacker.send({ method: 'POST', path: KEYS, key: parent.key, json }), [403]);
    },
  },
  {
    id: 'P6.3-child-of-read-only',
    name: 'A read-only key makes one that may write.',
    attempt: async (attacker, world) => {
      const parent = await makeKey(attacker, ownerOf(world), world, {
        scopes: ['customers:read', 'api-keys:write'],
        readOnly: true,
      });
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
  ...Object.entries({
    scopes: { scopes: ['customers:read_sensitive'] },
    'read-only': { readOnly: false },
    plan: { ratePlan: 'high' },
    end: { expiresInDays: 90 },
    owner: { owner: 'attack' },
    status: { status: 'active', revokedAt: null },
  }).map(([id, json]) => ({
    id: `P6.3-change-${id}`,
    name: `A change gives a key more than it was made with: ${JSON.stringify(json)}.`,
    attempt: async (attacker: Attacker, world: World) => {
      const made = await makeKey(attacker, ownerOf(world), world, { readOnly: true });
      const call: Call = { method: 'PATCH', path: `${KEYS}/${made.id}`, ...ownerOf(world), json };
      return unlessRefused(await attacker.send(call), [400, 403]);
    },
  })),
];

export const KEY_RIGHTS: readonly Attack[] = RIGHTS.map(keyAttack);
