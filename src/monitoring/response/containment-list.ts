import { isAllowedFrom } from '../../api-keys/networks.js';
import type { Principal } from '../../auth/principal.js';
import type { Containment, ContainmentKind } from './containment.js';

interface Block extends Containment {
  readonly networks: readonly string[];
}

/** Who is kept out, as one reading of the database has found it. */
export class ContainmentList {
  private readonly callers: ReadonlyMap<string, readonly Containment[]>;
  private readonly blocks: readonly Block[];
  private readonly networks: readonly string[];

  constructor(containments: readonly Containment[]) {
    const callers = containments.filter(({ kind }) => kind !== 'address');
    this.callers = Map.groupBy(callers, ({ kind, tenantId, value }) => keyOf(kind, tenantId, value));
    this.blocks = containments
      .filter(({ kind }) => kind === 'address')
      .map((block) => ({ ...block, networks: [block.value] }));
    this.networks = this.blocks.map(({ value }) => value);
  }

  /** What keeps this caller out, by whom it acts for, through which client, and with which key. */
  findAgainst(
    { tenantId, subject, clientId, credentialId, issuedAtSeconds }: Principal,
    nowMilliseconds: number,
  ): Containment | undefined {
    if (this.callers.size === 0) {
      return undefined;
    }
    const names = [
      keyOf('subject', tenantId, subject),
      ...(clientId === null ? [] : [keyOf('client', tenantId, clientId)]),
      ...(credentialId === null ? [] : [keyOf('api_key', tenantId, credentialId)]),
    ];
    return names
      .flatMap((name) => this.callers.get(name) ?? [])
      .filter((containment) => isInForce(containment, nowMilliseconds))
      .find(({ notBefore }) => notBefore === null || issuedAtSeconds * 1000 < notBefore.getTime());
  }

  /** What keeps everybody out who comes from there. */
  findAgainstAddress(address: string, nowMilliseconds: number): Containment | undefined {
    // To the allowlist of a key no network means from anywhere.
    if (this.networks.length === 0 || !isAllowedFrom(address, this.networks)) {
      return undefined;
    }
    return this.blocks.find(
      (block) => isInForce(block, nowMilliseconds) && isAllowedFrom(address, block.networks),
    );
  }
}

function isInForce({ expiresAt }: Containment, nowMilliseconds: number): boolean {
  return expiresAt === null || expiresAt.getTime() > nowMilliseconds;
}

/** In JSON, so that no name can be chosen that reads like another tenant's. */
function keyOf(kind: ContainmentKind, tenantId: string | null, value: string): string {
  return JSON.stringify([kind, tenantId, value]);
}
