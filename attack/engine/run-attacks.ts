import type { World } from '../target/world.ts';
import { type Attack, checkpointOf, practiceOf, type Result } from './attack.ts';
import type { Answer } from './answer.ts';
import { Attacker } from './attacker.ts';
import { Inconclusive } from './inconclusive.ts';

const AT_ONCE = 6;

export interface Group {
  /** `P1` to `P10`. */
  readonly practice: string;
  readonly attacks: readonly Attack[];
}

/** Runs one group: what may run beside others first, then what wants to be alone. */
export async function runGroup({ practice, attacks }: Group, world: World): Promise<Result[]> {
  // From one address each of them would measure what the others have used up.
  const atOnce = practice === 'P2' && !world.addresses.areMany ? 1 : AT_ONCE;
  const results = new Map<string, Result>();
  const run = async (attack: Attack): Promise<void> => {
    results.set(attack.id, await runAttack(attack, world));
  };
  const crowd = attacks.filter(({ isAlone }) => !isAlone).values();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const attack of crowd) {
        await run(attack);
      }
    }),
  );
  for (const attack of attacks.filter(({ isAlone }) => isAlone)) {
    await run(attack);
  }
  return attacks.flatMap(({ id }) => results.get(id) ?? []);
}

async function runAttack(attack: Attack, world: World): Promise<Result> {
  const startedAt = performance.now();
  const missing = (attack.needs ?? []).filter((ability) => !world.abilities.has(ability));
  const outcome =
    missing.length > 0
      ? ({ verdict: 'skipped', evidence: `needs ${missing.join(', ')}` } as const)
      : await judge(attack, world);
  return {
    id: attack.id,
    name: attack.name,
    practice: practiceOf(attack),
    checkpoint: checkpointOf(attack),
    owasp: attack.owasp ?? null,
    ...outcome,
    milliseconds: Math.round(performance.now() - startedAt),
  };
}

/** 501 and 505 say that a method or a version of HTTP is not spoken here; 503 with a time ends a queue. */
function isBreak({ status, headers }: Answer, mayBeLimited: boolean): boolean {
  const isQueueFull = mayBeLimited && status === 503 && headers['retry-after'] !== undefined;
  return status >= 500 && ![501, 505].includes(status) && !isQueueFull;
}

type Outcome = Pick<Result, 'verdict' | 'evidence'>;

async function judge(attack: Attack, world: World): Promise<Outcome> {
  const mayBeLimited = practiceOf(attack) === 'P2';
  const attacker = new Attacker(world.target, world.addresses);
  let outcome: Outcome;
  let ordinaryAnswers = Infinity;
  try {
    const ordinary = await attack.control(attacker, world);
    if (!ordinary.isSuccess && ordinary.status !== attack.ordinaryStatus) {
      throw new Inconclusive(`the ordinary request was answered ${ordinary.status}`);
    }
    ordinaryAnswers = attacker.answers.length;
    if (mayBeLimited) {
      attacker.expectLimits();
    }
    const evidence = await attack.attempt(attacker, world);
    outcome = { verdict: evidence === undefined ? 'defended' : 'LANDED', evidence: evidence ?? '' };
  } catch (error) {
    outcome = { verdict: 'inconclusive', evidence: (error as Error).message };
  }
  // Whatever was to be shown: a request that breaks the server has reached more than it should.
  const broken = attacker.answers.slice(ordinaryAnswers).find((answer) => isBreak(answer, mayBeLimited));
  return broken && outcome.verdict !== 'LANDED'
    ? { verdict: 'LANDED', evidence: `the server answered ${broken.status}` }
    : outcome;
}
