import type { Attack, Ability } from '../../engine/attack.ts';
import type { Attacker, Call } from '../../engine/attacker.ts';
import { unlessRefused } from '../../engine/judgements.ts';
import type { World } from '../../target/world.ts';

/** A token that must not be accepted, or a request that carries a good one where none is looked for. */
export interface TokenAttack {
  readonly id: string;
  readonly name: string;
  readonly needs?: readonly Ability[];
  /** The credential as it is sent; a string goes into `Authorization: Bearer`. */
  readonly forge: (world: World) => string | Partial<Call>;
  /** What the control sends; absent: the genuine token of A. */
  readonly genuine?: (world: World) => string;
  readonly refusals?: readonly number[];
}

const REFUSED = [401, 400];

/** Reads the probe with the genuine credential, then with the forged one. */
export function tokenAttack({ genuine, forge, refusals = REFUSED, ...attack }: TokenAttack): Attack {
  return {
    owasp: 'API2:2023',
    ...attack,
    control: (attacker, world) => probe(attacker, world, { token: genuine ? genuine(world) : world.tokenA }),
    attempt: async (attacker, world) => {
      const forged = forge(world);
      const call = typeof forged === 'string' ? { token: forged } : forged;
      return unlessRefused(await probe(attacker, world, call), refusals);
    },
  };
}

export function probe(attacker: Attacker, { probePath }: World, call: Partial<Call>) {
  return attacker.send({ path: probePath, ...call });
}
