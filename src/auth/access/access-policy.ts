import type { Principal } from '../principal.js';

/** What a route demands of its caller, on top of being known. */
export interface AccessPolicy {
  /** All of these. */
  readonly scopes: readonly string[];
  /** At least one of these; empty means any role or none. */
  readonly roles: readonly string[];
  /** Being known is enough, and the route says so. */
  readonly isForEveryCaller?: boolean;
  /** The route changes something, which a read-only credential may not. */
  readonly changesSomething?: boolean;
}

export type AccessDecision =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly reason: 'no_policy' | 'read_only' | 'role' | 'scope' };

/** May this caller use a route with this policy? A route that states none may be used by nobody. */
export function decideAccess(principal: Principal, policy: AccessPolicy | undefined): AccessDecision {
  if (!policy || (!policy.isForEveryCaller && policy.scopes.length + policy.roles.length === 0)) {
    return { allowed: false, reason: 'no_policy' };
  }
  if (policy.changesSomething && principal.isReadOnly) {
    return { allowed: false, reason: 'read_only' };
  }
  if (policy.roles.length > 0 && !policy.roles.some((role) => principal.roles.has(role))) {
    return { allowed: false, reason: 'role' };
  }
  return policy.scopes.every((scope) => principal.scopes.has(scope))
    ? { allowed: true }
    : { allowed: false, reason: 'scope' };
}
