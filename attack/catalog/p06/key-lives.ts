import type { Attack } from '../../engine/attack.ts';
import type { Attacker } from '../../engine/attacker.ts';
import { firstOf, unlessRefused } from '../../engine/judgements.ts';
import { insideOf, type World } from '../../target/world.ts';

import { type Life, KEYS, keyAttack, makeKey, ownerOf, refusedCreation, rotate, use } from './key-attack.ts';

/* What a key may no longer do. */

const LIVES: readonly Life[] = [
  {
    id: 'P6.4-revoked',
    name: 'A revoked key is used at once.',
    attempt: async (attacker, world) => {
      const { id, key } = await makeKey(attacker, ownerOf(world), world);
      const before = await use(attacker, world, key);
      await attacker.send({ method: 'DELETE', path: `${KEYS}/${id}`, ...ownerOf(world) });
      return before.isSuccess
        ? unlessRefused(await use(attacker, world, key), [401])
        : 'a new key was refused';
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
      const parent = await makeKey(attacker, ownerOf(world), world, { scopes, expiresInDays: 2 });
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
    attempt: (attacker: Attacker, world: World) =>
      refusedCreation(attacker, world, { expiresInDays: days }, [400, 403]),
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
      const isShown = answers.some(
        ({ text }) => text.includes(secret) || /"(secret|hash|secretHash|pepper)\w*"/i.test(text),
      );
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

export const KEY_LIVES: readonly Attack[] = LIVES.map(keyAttack);
