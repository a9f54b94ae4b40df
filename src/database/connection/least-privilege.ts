import type { DriverClient } from './driver.js';
import { ExcessivePrivilege } from './excessive-privilege.js';

/**
 * What the role of a connection has beyond the verbs on rows: attributes, other roles' rights,
 * ownership, rights that change or go around tables or the audit trail, and policies made for somebody else. And
 * whether row-level security is there at all.
 */
const POWERS = `
  WITH tables AS (
    SELECT oid, relname, relnamespace, relowner, relrowsecurity, relforcerowsecurity FROM pg_class
    WHERE relnamespace IN ('public'::regnamespace, to_regnamespace('audit'))
      AND relkind IN ('r', 'p') AND relname <> '_prisma_migrations'
  )
  SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication,
         EXISTS (SELECT FROM pg_auth_members WHERE member = me.oid) AS "is a member of another role",
         EXISTS (SELECT FROM tables WHERE pg_has_role(me.oid, relowner, 'MEMBER')) AS "owns tables",
         EXISTS (SELECT FROM tables WHERE has_table_privilege(me.oid, oid, 'TRUNCATE, REFERENCES, TRIGGER'))
           AS "may truncate or attach to tables",
         -- The turn to seal is a row that is held, and says nothing.
         EXISTS (SELECT FROM tables
                 WHERE relnamespace = to_regnamespace('audit') AND relname <> 'sealing'
                 AND (has_any_column_privilege(me.oid, oid, 'UPDATE') OR has_table_privilege(me.oid, oid, 'DELETE')))
           AS "may change the audit trail",
         has_schema_privilege(me.oid, 'public', 'CREATE')
           OR coalesce(has_schema_privilege(me.oid, to_regnamespace('audit'), 'CREATE'), false)
           OR has_database_privilege(me.oid, current_database(), 'CREATE') AS "may create",
         EXISTS (SELECT FROM pg_policy WHERE me.oid = ANY (polroles) AND polcmd <> 'd') AS "has a policy of its own",
         EXISTS (SELECT FROM tables JOIN pg_attribute ON attrelid = tables.oid AND attname = 'tenant_id'
                 WHERE NOT (relrowsecurity AND relforcerowsecurity)) AS "finds tenants without row-level security"
  FROM pg_roles AS me WHERE rolname = current_user`;

/**
 * Refuses a connection as the owner, as a superuser, or as any role that could do more than the
 * application's own (P9.2): with such a role row-level security can be switched off, or holds
 * for nobody, and everything would seem to work.
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
