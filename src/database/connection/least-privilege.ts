import type { DriverClient } from './driver.js';
import { ExcessivePrivilege } from './excessive-privilege.js';

/** Membership counts as much as a role's own attributes; a superuser is a member of every role. */
const POWERS = `
  SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication,
         EXISTS (SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace
                 AND pg_has_role(current_user, relowner, 'MEMBER')) AS "owns tables"
  FROM pg_roles WHERE rolname = current_user`;

/**
 * Refuses a connection as the owner or a superuser (P9.2): with such a role row-level security
 * can be switched off, or holds for nobody, and everything would seem to work.
 *
 * @throws ExcessivePrivilege
 */
export async function assertLeastPrivilege(client: DriverClient): Promise<void> {
  const { rows } = await client.query(POWERS);
  const powers = Object.entries(rows[0] as Record<string, boolean>).filter(([, has]) => has);
  if (powers.length > 0) {
    throw new ExcessivePrivilege(powers.map(([name]) => name));
  }
}
