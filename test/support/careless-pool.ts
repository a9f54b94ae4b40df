import pg, { type QueryConfig, type QueryResult } from 'pg';
import { TenantPool } from '../../src/database/tenancy/tenant-pool.js';

type Connect = (
  this: CarelessPool,
  answer: (error: Error | undefined, client: pg.PoolClient, release: () => void) => void,
) => void;

/** The pool as the driver makes it: a waiting statement begins in the context of whoever freed the connection. */
export class CarelessPool extends TenantPool {
  override query(query: string | QueryConfig, values?: unknown[]): Promise<QueryResult> {
    return new Promise((resolve, reject) => {
      (pg.Pool.prototype.connect as unknown as Connect).call(this, (error, client, release) => {
        if (error) {
          reject(error);
          return;
        }
        client
          .query(query as QueryConfig, values)
          .then(resolve, reject)
          .finally(release);
      });
    });
  }
}
