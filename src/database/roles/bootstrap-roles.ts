import { readFile } from 'node:fs/promises';
import { withClient } from '../connection/with-client.js';
import { scramVerifier } from './scram-verifier.js';

const ROLES_SQL = new URL('../../../prisma/roles.sql', import.meta.url);

/** Plaintext passwords of the roles that log in. */
export interface RolePasswords {
  readonly owner: string;
  readonly application: string;
  readonly reporting: string;
  readonly keyRotation: string;
  readonly notices: string;
  readonly auditor: string;
  readonly incidentResponse: string;
}

/**
 * Creates the database roles, or gives the existing ones these passwords, and connects them
 * to the database of `adminUrl`. Idempotent; safe for several databases of one server.
 */
export async function bootstrapRoles(adminUrl: string, passwords: RolePasswords): Promise<void> {
  const { keyRotation, incidentResponse, ...others } = passwords;
  const byRole = { ...others, key_rotation: keyRotation, incident_response: incidentResponse };
  await withClient(adminUrl, async (client) => {
    for (const [role, password] of Object.entries(byRole)) {
      const verifier = password === '' ? '' : scramVerifier(password);
      await client.query('SELECT set_config($1, $2, false)', [`bootstrap.${role}_password`, verifier]);
    }
    await client.query(await readFile(ROLES_SQL, 'utf8'));
  });
}
