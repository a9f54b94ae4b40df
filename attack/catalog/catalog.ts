import type { Group } from '../engine/run-attacks.ts';
import type { Attack } from '../engine/attack.ts';
import type { World } from '../target/world.ts';
import { authorizationMatrix } from './p01/authorization-matrix.ts';
import { TOKEN_CLAIMS } from './p01/token-claims.ts';
import { TOKEN_SIGNATURE } from './p01/token-signature.ts';
import { TOKEN_TRANSPORT } from './p01/token-transport.ts';
import { BODY_ATTACKS } from './p03/bodies.ts';
import { injections } from './p03/injection.ts';
import { massAssignments } from './p03/mass-assignment.ts';
import { GUESSING } from './p02/guessing.ts';
import { LIMIT_EVASIONS } from './p02/limits.ts';
import { SOCKET_ATTACKS } from './p04/sockets.ts';
import { HEADER_ATTACKS } from './p04/headers.ts';
import { versionAttacks } from './p05/versions.ts';
import { DISCLOSURE } from './p10/disclosure.ts';
import { KEY_LIVES } from './p06/key-lives.ts';
import { KEY_TEXTS } from './p06/key-texts.ts';
import { forgedRequests, LOG_IN_ATTACKS } from './p07/forged-requests.ts';
import { ORIGIN_ATTACKS } from './p07/origins.ts';

/** Every attack on this target; those on its routes are made from the documents that it serves. */
export function attackGroups(world: World): Group[] {
  const groups: readonly (readonly [practice: string, attacks: readonly Attack[]])[] = [
    ['P1', [...TOKEN_SIGNATURE, ...TOKEN_CLAIMS, ...TOKEN_TRANSPORT, ...LOG_IN_ATTACKS, ...authorizationMatrix(world)]],
    ['P3', [...injections(world), ...massAssignments(world), ...BODY_ATTACKS]],
    ['P4', [...SOCKET_ATTACKS, ...HEADER_ATTACKS]],
    ['P5', versionAttacks(world)],
    ['P6', [...KEY_TEXTS, ...KEY_LIVES]],
    ['P7', [...ORIGIN_ATTACKS, ...forgedRequests(world)]],
    ['P10', DISCLOSURE],
    // The last one: where all attacks come from one address, it uses the limits of the others up.
    ['P2', [...LIMIT_EVASIONS, ...GUESSING]],
  ];
  return groups.map(([practice, attacks]) => ({ practice, attacks }));
}
