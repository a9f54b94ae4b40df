import { isNetworkWithin } from '../networks.js';

/** What somebody may give to a key: no more than they have. */
export interface Privileges {
  readonly scopes: ReadonlySet<string>;
  /** Empty means from anywhere. */
  readonly allowedNetworks: readonly string[];
  readonly isReadOnly: boolean;
  /** Null: without an end of their own. */
  readonly expiresAt: Date | null;
  /** Null: they may choose any. */
  readonly ratePlan: string | null;
}

/** What a key would have. */
export interface WantedPrivileges {
  readonly scopes: readonly string[];
  readonly allowedNetworks: readonly string[];
  readonly isReadOnly: boolean;
  readonly expiresAt: Date;
  readonly ratePlan: string;
}

/** In which parts a key would have more than whoever makes or changes it; none means that it may be. */
export function excessOf(wanted: WantedPrivileges, own: Privileges): string[] {
  const faults: [part: keyof WantedPrivileges, isExcess: boolean][] = [
    ['scopes', !wanted.scopes.every((scope) => own.scopes.has(scope))],
    ['allowedNetworks', !areNetworksWithin(wanted.allowedNetworks, own.allowedNetworks)],
    ['isReadOnly', own.isReadOnly && !wanted.isReadOnly],
    ['expiresAt', own.expiresAt !== null && wanted.expiresAt > own.expiresAt],
    ['ratePlan', own.ratePlan !== null && wanted.ratePlan !== own.ratePlan],
  ];
  return faults.flatMap(([part, isExcess]) => (isExcess ? [part] : []));
}

function areNetworksWithin(wanted: readonly string[], own: readonly string[]): boolean {
  if (own.length === 0) {
    return true;
  }
  return wanted.length > 0 && wanted.every((network) => isNetworkWithin(network, own));
}
