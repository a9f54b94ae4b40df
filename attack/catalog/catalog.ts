import type { Attack } from '../engine/attack.ts';
import type { Group } from '../engine/run-attacks.ts';
import type { World } from '../target/world.ts';
import { authorizationMatrix } from './p01/authorization-matrix.ts';
import { LOG_IN_ATTACKS } from './p01/log-ins.ts';
import { TOKEN_CLAIMS } from './p01/token-claims.ts';
import { TOKEN_SIGNATURE } from './p01/token-signature.ts';
import { TOKEN_TRANSPORT } from './p01/token-transport.ts';
import { GUESSING } from './p02/guessing.ts';
import { LIMIT_EVASIONS } from './p02/limits.ts';
import { BODY_ATTACKS } from './p03/bodies.ts';
import { injections } from './p03/injection.ts';
import { massAssignments } from './p03/mass-assignment.ts';
import { FRAMING_ATTACKS } from './p04/framing.ts';
import { HEADER_ATTACKS } from './p04/headers.ts';
import { HEAD_ATTACKS } from './p04/message-heads.ts';
import { TLS_ATTACKS } from './p04/tls.ts';
import { versionAttacks } from './p05/versions.ts';
import { KEY_LIVES } from './p06/key-lives.ts';
import { KEY_RIGHTS } from './p06/key-rights.ts';
import { KEY_TEXTS } from './p06/key-texts.ts';
import { forgedRequests } from './p07/forged-requests.ts';
import { ORIGIN_ATTACKS } from './p07/origins.ts';
import { LOG_ATTACKS } from './p08/logging.ts';
import { TRACE_ATTACKS } from './p08/traces.ts';
import { QUERY_ATTACKS } from './p09/queries.ts';
import { TENANT_ATTACKS } from './p09/tenants.ts';
import { ERROR_ATTACKS } from './p10/errors.ts';
import { LOOKING_ROUND } from './p10/looking-round.ts';

/** Every attack on this target; those on its routes are made from the documents that it serves. */
export function attackGroups(world: World): Group[] {
  const groups: readonly (readonly [practice: string, attacks: readonly Attack[]])[] = [
    [
      'P1',
      [
        ...TOKEN_SIGNATURE,
        ...TOKEN_CLAIMS,
        ...TOKEN_TRANSPORT,
        ...LOG_IN_ATTACKS,
        ...authorizationMatrix(world),
      ],
    ],
    ['P3', [...injections(world), ...massAssignments(world), ...BODY_ATTACKS]],
    ['P4', [...FRAMING_ATTACKS, ...HEAD_ATTACKS, ...HEADER_ATTACKS, ...TLS_ATTACKS]],
    ['P5', versionAttacks(world)],
    ['P6', [...KEY_TEXTS, ...KEY_LIVES, ...KEY_RIGHTS]],
    ['P7', [...ORIGIN_ATTACKS, ...forgedRequests(world)]],
    ['P8', [...LOG_ATTACKS, ...TRACE_ATTACKS]],
    ['P9', [...QUERY_ATTACKS, ...TENANT_ATTACKS]],
    ['P10', [...LOOKING_ROUND, ...ERROR_ATTACKS]],
    // The last one: where all attacks come from one address, it uses the limits of the others up.
    ['P2', [...LIMIT_EVASIONS, ...GUESSING]],
  ];
  return groups.map(([practice, attacks]) => ({ practice, attacks }));
}
