import { AsyncLocalStorage } from 'node:async_hooks';

/** Which tenant the current chain of calls works for. Only this folder may set it. */
export const tenantContext = new AsyncLocalStorage<string>();
