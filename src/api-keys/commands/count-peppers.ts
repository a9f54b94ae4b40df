import { KeyRotationConfig } from '../../database/commands/key-rotation.config.js';
import { runCommand } from '../../database/commands/run-command.js';
import { withClient } from '../../database/connection/with-client.js';
import { ApiKeysConfig } from '../api-keys.config.js';

/** Secrets that are good, by the pepper of their hash: of each key the current one, and the one before. */
const GOOD_SECRETS = `
  SELECT pepper, count(*)::int AS keys, max(ends) AS last_end FROM (
    SELECT pepper, expires_at AS ends FROM api_keys WHERE revoked_at IS NULL AND expires_at > now()
    UNION ALL
    SELECT previous_pepper, previous_expires_at FROM api_keys
    WHERE revoked_at IS NULL AND expires_at > now() AND previous_expires_at > now()
  ) AS secrets GROUP BY pepper ORDER BY pepper`;

interface Row {
  readonly pepper: string;
  readonly keys: number;
  readonly last_end: Date;
}

await runCommand([KeyRotationConfig, ApiKeysConfig], async ({ url }, { peppers }) =>
  withClient(url, async (client) => {
    const { rows } = await client.query<Row>(GOOD_SECRETS);
    const old = rows.filter(({ pepper }) => pepper !== peppers.current.id);
    if (old.length === 0) {
      return `Every good secret is under the pepper ${peppers.current.id}. Others can be removed.`;
    }
    throw new Error(`still needed:${old.map(describe).join('')}`);
  }),
);

function describe({ pepper, keys, last_end: lastEnd }: Row): string {
  const count = keys === 1 ? '1 key is' : `${keys} keys are`;
  return `\n  ${pepper}: ${count} under it, the last of them until ${lastEnd.toISOString()} unless it is used before`;
}
