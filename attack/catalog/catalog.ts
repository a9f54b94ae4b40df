import type { Group } from '../engine/run-attacks.ts';
import type { Attack } from '../engine/attack.ts';
import type { World } from '../target/world.ts';
import { authorizationMatrix } from './p01/authorization-matrix.ts';
import { TOKEN_CLAIMS } from './p01/token-claims.ts';
import { TOKEN_SIGNATURE } from './p01/token-signature.ts';
import { TOKEN_TRANSPORT } from './p01/token-transport.ts';

/** Every attack on this target; those on its routes are made from the documents that it serves. */
export function attackGroups(world: World): Group[] {
  const groups: readonly (readonly [practice: string, attacks: readonly Attack[]])[] = [
    ['P1', [...TOKEN_SIGNATURE, ...TOKEN_CLAIMS, ...TOKEN_TRANSPORT, ...authorizationMatrix(world)]],
  ];
  return groups.map(([practice, attacks]) => ({ practice, attacks }));
}
