import { inject } from 'vitest';
import { withClient } from '../../src/database/connection/with-client.js';
import { urlFor } from './database-roles.js';

/** Roles belong to the whole server: of two transactions that change the same one, the second is refused. */
export function whileChangingRoles<Result>(change: () => Promise<Result>): Promise<Result> {
  return withClient(urlFor(inject('adminUrl'), null, 'postgres'), async (client) => {
    await client.query(`SELECT pg_advisory_lock(hashtext('roles'))`);
    return change();
  });
}
