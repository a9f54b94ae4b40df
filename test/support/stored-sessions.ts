import type { TestDatabase } from './database.js';

export interface StoredSession {
  readonly id: string;
  readonly tokens: string;
  readonly secret_hash: string;
  readonly device: string;
}

/** What the database holds of a person's sessions. */
export function storedSessions(database: TestDatabase, subject: string): Promise<StoredSession[]> {
  return database.inspect<StoredSession>('SELECT * FROM browser_sessions WHERE subject = $1', [subject]);
}
