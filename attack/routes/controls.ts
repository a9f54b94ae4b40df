import type { Answer } from '../engine/answer.ts';
import type { Attacker } from '../engine/attacker.ts';
import type { ApiRoute } from './documents.ts';
import { ordinary } from './requests.ts';
import type { World } from '../target/world.ts';

/** The control of a route, shown once for all attacks on it. */
export class Controls {
  readonly #answers = new Map<ApiRoute, Promise<Answer>>();

  of(route: ApiRoute): (attacker: Attacker, world: World) => Promise<Answer> {
    return (attacker, world) => {
      const answer = this.#answers.get(route) ?? ordinary(route, attacker, world);
      this.#answers.set(route, answer);
      return answer;
    };
  }
}
