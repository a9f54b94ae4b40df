import { AsyncLocalStorage } from 'node:async_hooks';
import type { TenantPrisma } from './tenant-prisma.js';

/** The transaction that the current chain of calls works in, if it does. Only this folder may set it. */
export const ambientTransaction = new AsyncLocalStorage<{
  readonly tenantId: string;
  readonly prisma: TenantPrisma;
}>();
