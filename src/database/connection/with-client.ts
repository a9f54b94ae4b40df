import pg from 'pg';
import { connectionOptions } from './database-url.js';

/** The connection that a command works on. */
export type CommandClient = pg.Client;

/** For commands: runs `work` on a connection of its own, which is closed afterwards in any case. */
export async function withClient<Result>(
  url: string,
  work: (client: CommandClient) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client(connectionOptions(url));
  // A connection that breaks fails the statement in flight; without a listener it would also end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Everything or nothing of `work`; its own error is the one that is thrown, whatever the undoing says. */
export async function inTransaction<Result>(client: pg.Client, work: () => Promise<Result>): Promise<Result> {
  await client.query('BEGIN');
  try {
    const result = await work();
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
