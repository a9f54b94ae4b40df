import type { FastifyRequest } from 'fastify';
import type { Principal } from '../../auth/principal.js';
import type { ApiKey } from '../api-key.js';
import type { Privileges } from './privileges.js';

const ADMINISTRATOR = 'administrator';

/** Who manages keys: a person, an administrator, or a key. */
export interface KeyCaller {
  readonly principal: Principal;
  /** The key that the caller came with, when it came with one. */
  readonly apiKey: FastifyRequest['apiKey'];
  readonly request: FastifyRequest;
}

/** An administrator is a person: no key has a role. */
export function isAdministrator({ principal }: KeyCaller): boolean {
  return principal.roles.has(ADMINISTRATOR);
}

/** A key sees itself and what it made; a person their own; an administrator the tenant's. */
export function maySee(caller: KeyCaller, key: ApiKey): boolean {
  if (caller.apiKey) {
    return key.id === caller.apiKey.id || key.parentId === caller.apiKey.id;
  }
  return isAdministrator(caller) || key.owner === caller.principal.subject;
}

/** What the caller may give to a key. */
export function privilegesOf(caller: KeyCaller, defaultRatePlan: string): Privileges {
  const { apiKey, principal } = caller;
  if (apiKey) {
    const { allowedNetworks, isReadOnly, expiresAt, ratePlan } = apiKey;
    return { scopes: principal.scopes, allowedNetworks, isReadOnly, expiresAt, ratePlan };
  }
  return {
    scopes: principal.scopes,
    allowedNetworks: [],
    isReadOnly: false,
    expiresAt: null,
    ratePlan: isAdministrator(caller) ? null : defaultRatePlan,
  };
}
