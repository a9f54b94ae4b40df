import type { Ability } from '../engine/attack.ts';
import type { ApiRoute } from './documents.ts';

/** What only a system of our own can show as ordinary. */
export function abilitiesFor({ role, schemes, scopes }: ApiRoute): Ability[] {
  const isForAdministrators = role !== undefined || scopes.some((scope) => scope.includes('sensitive'));
  const [scheme, ...others] = schemes;
  const isOnly = (name: string): boolean => scheme === name && others.length === 0;
  return [
    ...(isForAdministrators ? (['administrator'] as const) : []),
    ...(isOnly('session') ? (['sessions'] as const) : []),
    ...(isOnly('apiKey') ? (['api-keys'] as const) : []),
  ];
}

/** A name for a route that fits into the id of an attack. */
export function slug({ method, path }: Pick<ApiRoute, 'method' | 'path'>): string {
  return `${method}${path}`
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/-$/, '');
}
