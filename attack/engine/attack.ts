import type { World } from '../target/world.ts';
import type { Answer } from './answer.ts';
import type { Attacker } from './attacker.ts';

/** What an attack may need beside two bearer tokens. What the target does not give is skipped, by name. */
export type Ability =
  | 'administrator'
  | 'api-keys'
  | 'id-token'
  | 'less-scopes'
  | 'log'
  | 'plain-http'
  | 'resource'
  | 'sessions'
  | 'signing-key'
  | 'source-addresses'
  | 'tls';

/** OWASP API Security Top 10, edition 2023. */
export type OwaspRisk = `API${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10}:2023`;

export interface Attack {
  /** The checkpoint and a name, such as `P1.4-alg-none`. */
  readonly id: string;
  /** One sentence. */
  readonly name: string;
  readonly owasp?: OwaspRisk;
  readonly needs?: readonly Ability[];
  /** Nothing else runs meanwhile: it measures time, or uses a limit up. */
  readonly isAlone?: boolean;
  /** What answers the ordinary request when it is none of the successes, such as a redirect. */
  readonly ordinaryStatus?: number | undefined;
  /** The ordinary request, which must succeed: a target that refuses everything defends nothing. */
  readonly control: (attacker: Attacker, world: World) => Promise<Answer>;
  /** What has landed, in words, or undefined. @throws Inconclusive when the answer proves neither */
  readonly attempt: (attacker: Attacker, world: World) => Promise<string | undefined>;
}

export type Verdict = 'defended' | 'LANDED' | 'inconclusive' | 'skipped';

export interface Result {
  readonly id: string;
  readonly name: string;
  readonly practice: string;
  readonly checkpoint: string;
  readonly owasp: OwaspRisk | null;
  readonly verdict: Verdict;
  /** What has landed, or why nothing can be said; empty for what was defended. */
  readonly evidence: string;
  readonly milliseconds: number;
}

export function checkpointOf({ id }: Pick<Attack, 'id'>): string {
  return id.slice(0, id.indexOf('-'));
}

export function practiceOf(attack: Pick<Attack, 'id'>): string {
  return checkpointOf(attack).replace(/\..*/, '');
}
