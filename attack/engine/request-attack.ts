import type { World } from '../target/world.ts';
import type { Answer } from './answer.ts';
import type { Attack } from './attack.ts';
import type { Attacker, Call } from './attacker.ts';
import { unlessRefused } from './judgements.ts';

/** An attack that is one request beside an ordinary one. */
export interface RequestAttack extends Omit<Attack, 'control' | 'attempt'> {
  readonly control?: Attack['control'];
  readonly call: (world: World) => Partial<Call>;
  /** How it is refused. Absent: `judge` alone decides. */
  readonly refusals?: readonly number[];
  readonly judge?: (answer: Answer, world: World) => string | undefined;
}

/** Without a path it goes where most attacks go, and the ordinary request reads what is there. */
export function requestAttack({ control, call, refusals, judge, ...attack }: RequestAttack): Attack {
  return {
    ...attack,
    control: control ?? readProbe,
    attempt: async (attacker, world) => {
      const answer = await attacker.send({ path: world.probePath, ...call(world) });
      return (refusals && unlessRefused(answer, refusals)) ?? judge?.(answer, world);
    },
  };
}

export function readProbe(attacker: Attacker, { probePath, tokenA }: World): Promise<Answer> {
  return attacker.send({ path: probePath, token: tokenA });
}
