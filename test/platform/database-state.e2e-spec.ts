import { afterAll, beforeAll, expect, it } from 'vitest';
import { withClient } from '../../src/database/connection/with-client.js';
import { readDatabaseState } from '../../src/monitoring/reviews/database-state.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

it('the state that the review expects is the one that the migrations make', async () => {
  const lines = await withClient(database.url('reporting'), readDatabaseState);

  await expect(`${lines.join('\n')}\n`, 'If that is meant, run: npm run docs:database').toMatchFileSnapshot(
    '../../prisma/expected-state.txt',
  );
});
