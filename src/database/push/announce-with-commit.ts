import type { CommandClient } from '../connection/with-client.js';

/** What the name of a channel of PostgreSQL begins with, before the topic. */
export const CHANNEL_PREFIX = 'push_';

/**
 * Tells every instance something the moment the transaction of a command is committed, and nothing when it is
 * undone. For instances that share a Redis see `publishThroughRedis`.
 */
export async function announceWithCommit(
  client: CommandClient,
  topic: string,
  message: string,
): Promise<void> {
  await client.query('SELECT pg_notify($1, $2)', [CHANNEL_PREFIX + topic, message]);
}
