import type { TestDatabase } from './database.js';

/** A row of the trail as a test looks at it. */
export interface TrailRow {
  readonly id: string;
  readonly source: string;
  readonly event: string;
  readonly outcome: string;
  readonly tenant_id: string | null;
  readonly subject: string | null;
  readonly address: string | null;
  readonly route: string | null;
  readonly request_id: string | null;
  readonly database_role: string;
  readonly details: Record<string, unknown>;
}

/** Rows of one kind of event, oldest first, past row-level security. */
export function trailOf(database: TestDatabase, event: string): Promise<TrailRow[]> {
  return database.inspect<TrailRow>('SELECT * FROM audit.events WHERE event = $1 ORDER BY id', [event]);
}
