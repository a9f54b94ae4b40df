import type { CommandClient } from '../../database/connection/with-client.js';

/**
 * Who may do what in the database, one line for each fact: attributes and memberships of roles, owners, grants,
 * row-level security, policies, triggers and whether they fire, functions and in whose name they run. Partitions
 * count as the table that they are a part of: their names come with time. Extensions are left out.
 */
const STATE = `
  WITH schemas AS (
    SELECT oid, nspname, nspowner, nspacl FROM pg_namespace WHERE nspname IN ('public', 'search', 'incident', 'audit')
  ), tables AS (
    SELECT c.oid, c.relowner, c.relacl, c.relrowsecurity, c.relforcerowsecurity, c.relkind,
           nspname || '.' || coalesce((SELECT relname || ' (partition)' FROM pg_class WHERE oid = pg_partition_root(c.oid) AND c.relispartition), c.relname) AS name
    FROM pg_class c JOIN schemas ON schemas.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S')
      AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype = 'e')
  ), functions AS (
    SELECT p.oid, proowner, prosecdef, proacl, proconfig, md5(prosrc) AS body,
           nspname || '.' || proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' AS name
    FROM pg_proc p JOIN schemas ON schemas.oid = p.pronamespace
    WHERE NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = p.oid AND deptype = 'e')
  ), grants AS (
    SELECT 'schema ' || nspname AS name, nspowner AS owner, a.* FROM schemas, aclexplode(nspacl) a
    UNION ALL
    SELECT name, relowner, a.* FROM tables, aclexplode(coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner))) a
    UNION ALL
    SELECT name || '.' || attname, relowner, a.* FROM tables JOIN pg_attribute ON attrelid = tables.oid, aclexplode(attacl) a
    UNION ALL
    SELECT 'function ' || name, proowner, a.* FROM functions, aclexplode(coalesce(proacl, acldefault('f', proowner))) a
    UNION ALL
    SELECT 'database', datdba, a.* FROM pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba))) a
    WHERE datname = current_database() AND a.grantee = 0
    UNION ALL
    SELECT 'default for ' || defaclobjtype::text || ' made by ' || pg_get_userbyid(defaclrole), NULL::oid, a.* FROM pg_default_acl, aclexplode(defaclacl) a
  )
  SELECT DISTINCT line FROM (
    SELECT concat_ws(' ', 'role', rolname, CASE WHEN rolcanlogin THEN 'LOGIN' END, CASE WHEN rolsuper THEN 'SUPERUSER' END,
                     CASE WHEN rolinherit THEN 'INHERIT' END, CASE WHEN rolcreaterole THEN 'CREATEROLE' END,
                     CASE WHEN rolcreatedb THEN 'CREATEDB' END, CASE WHEN rolreplication THEN 'REPLICATION' END,
                     CASE WHEN rolbypassrls THEN 'BYPASSRLS' END) AS line
    FROM pg_roles WHERE rolname LIKE 'secure\\_api\\_%'
    UNION ALL
    SELECT concat_ws(' ', 'member', pg_get_userbyid(member), 'of', pg_get_userbyid(roleid))
    FROM pg_auth_members
    WHERE pg_get_userbyid(member) LIKE 'secure\\_api\\_%' OR pg_get_userbyid(roleid) LIKE 'secure\\_api\\_%'
    UNION ALL
    -- Whoever passes all of this by, but for the first administrator and those of managed engines.
    SELECT concat_ws(' ', 'role', rolname, CASE WHEN rolsuper THEN 'SUPERUSER' END, CASE WHEN rolbypassrls THEN 'BYPASSRLS' END)
    FROM pg_roles WHERE (rolsuper OR rolbypassrls) AND oid <> 10
      AND rolname NOT IN ('rdsadmin', 'rds_superuser', 'cloudsqladmin', 'cloudsqlsuperuser', 'azuresu', 'azure_pg_admin')
    UNION ALL
    SELECT concat_ws(' ', 'grant', name, privilege_type, 'to', CASE grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(grantee) END,
                     CASE WHEN is_grantable THEN 'and to give away' END)
    FROM grants WHERE grantee IS DISTINCT FROM owner
    UNION ALL
    SELECT concat_ws(' ', 'table', name, 'of', pg_get_userbyid(relowner), CASE WHEN relrowsecurity THEN 'with row security' END,
                     CASE WHEN relforcerowsecurity THEN 'forced' END)
    FROM tables
    UNION ALL
    SELECT concat_ws(' ', 'policy', name, polname, CASE WHEN polpermissive THEN 'permissive' ELSE 'restrictive' END, polcmd::text, 'for',
                     (SELECT string_agg(CASE r WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(r) END, ',' ORDER BY 1) FROM unnest(polroles) r),
                     'using', regexp_replace(pg_get_expr(polqual, polrelid), '\\s+', ' ', 'g'),
                     'check', regexp_replace(pg_get_expr(polwithcheck, polrelid), '\\s+', ' ', 'g'))
    FROM pg_policy JOIN tables ON tables.oid = polrelid
    UNION ALL
    SELECT concat_ws(' ', 'trigger', name, tgname, 'enabled', tgenabled::text, pg_get_triggerdef(pg_trigger.oid))
    FROM pg_trigger JOIN tables ON tables.oid = tgrelid WHERE NOT tgisinternal
    UNION ALL
    SELECT concat_ws(' ', 'rule', name, rulename) FROM pg_rewrite JOIN tables ON tables.oid = ev_class
    UNION ALL
    SELECT concat_ws(' ', 'default', name, attname, pg_get_expr(adbin, adrelid))
    FROM pg_attrdef JOIN tables ON tables.oid = adrelid JOIN pg_attribute ON attrelid = adrelid AND attnum = adnum
    UNION ALL
    SELECT concat_ws(' ', 'check', name, conname, regexp_replace(pg_get_constraintdef(pg_constraint.oid), '\\s+', ' ', 'g'))
    FROM pg_constraint JOIN tables ON tables.oid = conrelid WHERE contype = 'c'
    UNION ALL
    SELECT concat_ws(' ', 'function', name, 'of', pg_get_userbyid(proowner), CASE WHEN prosecdef THEN 'in its name' END,
                     array_to_string(proconfig, ' '), body)
    FROM functions
  ) AS facts ORDER BY line`;

/** The facts as they are now. Everybody who may connect can read the catalogue. */
export async function readDatabaseState(client: CommandClient): Promise<string[]> {
  const { rows } = await client.query<{ line: string }>(STATE);
  return rows.map(({ line }) => line).toSorted();
}
