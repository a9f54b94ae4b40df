import pg from 'pg';
import type { CommandClient } from '../connection/with-client.js';

const MONTHS_AHEAD = 3;
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Makes the partitions of the audit trail for the months to come. It needs the table for a moment and everybody who
 * writes waits for it meanwhile, so it gives up when a reader keeps the table: rows without a month of their own are kept, too.
 * @returns whether they are there now
 */
export async function makeAuditPartitions(client: CommandClient): Promise<boolean> {
  await client.query(`SET lock_timeout = '3s'`);
  try {
    await client.query('SELECT audit.make_partitions($1)', [MONTHS_AHEAD]);
    return true;
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === LOCK_NOT_AVAILABLE) {
      return false;
    }
    throw error;
  } finally {
    await client.query('RESET lock_timeout');
  }
}
