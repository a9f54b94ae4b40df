import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * Which rows the current chain of calls may see: those of a tenant, or the one that a reference
 * names, while its tenant is not known yet.
 */
export type RowScope = { readonly tenantId: string } | { readonly reference: string };

/** Only this folder may set it. */
export const tenantContext = new AsyncLocalStorage<RowScope>();
