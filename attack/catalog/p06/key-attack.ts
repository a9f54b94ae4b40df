import type { Answer } from '../../engine/answer.ts';
import type { Attack } from '../../engine/attack.ts';
import type { Attacker, Credential } from '../../engine/attacker.ts';
import { Inconclusive } from '../../engine/inconclusive.ts';
import { unlessRefused } from '../../engine/judgements.ts';
import { type World } from '../../target/world.ts';

export const KEYS = '/v2/api-keys';

export interface NewKey {
  readonly id: string;
  readonly key: string;
}

/** @throws Inconclusive when none was made */
export async function makeKey(
  attacker: Attacker,
  by: Credential,
  { known }: World,
  members: object = {},
): Promise<NewKey> {
  attacker.move();
  const json = { name: 'attack', scopes: known['scopes'], expiresInDays: 1, ...members };
  const answer = await attacker.send({ method: 'POST', path: KEYS, ...by, json });
  const { id, key } = answer.json();
  if (typeof id !== 'string' || typeof key !== 'string') {
    throw new Inconclusive(`no key could be made to attack with (${answer.status})`);
  }
  return { id, key };
}

export const use = (attacker: Attacker, { probePath }: World, key: string): Promise<Answer> =>
  attacker.send({ path: probePath, key });

export const rotate = (
  attacker: Attacker,
  by: Credential,
  graceSeconds: number,
  id = 'current',
): Promise<Answer> =>
  attacker.send({ method: 'POST', path: `${KEYS}/${id}/rotate`, ...by, json: { graceSeconds } });

export const ownerOf = ({ tokenA }: World): Credential => ({ token: tokenA });

export interface Life {
  readonly id: string;
  readonly name: string;
  readonly needs?: Attack['needs'];
  readonly attempt: (attacker: Attacker, world: World) => Promise<string | undefined>;
}

export async function refusedCreation(
  attacker: Attacker,
  world: World,
  members: object,
  refusals: readonly number[],
): Promise<string | undefined> {
  attacker.move();
  const json = { name: 'attack', scopes: world.known['scopes'], expiresInDays: 1, ...members };
  return unlessRefused(
    await attacker.send({ method: 'POST', path: KEYS, ...ownerOf(world), json }),
    refusals,
  );
}

/** The ordinary request: the owner's list of keys. */
export function keyAttack({ needs = [], ...life }: Life): Attack {
  return {
    owasp: life.id.startsWith('P6.3') ? 'API5:2023' : 'API2:2023',
    ...life,
    needs: ['api-keys', ...needs],
    control: (attacker, world) => attacker.send({ path: `${KEYS}?limit=1`, ...ownerOf(world) }),
  };
}
