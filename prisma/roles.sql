-- The database roles, made once per server and connected to one database at a time.
-- Run it as an administrator, connected to the target database. It is idempotent: run it
-- again to change a password, or in a second database on the same server (one at a time: roles
-- belong to the whole server).
--
-- The passwords come from the session and are never part of this file:
--   SET bootstrap.owner_password = '…';        -- secure_api_owner: migrates, owns the tables
--   SET bootstrap.application_password = '…';  -- secure_api_application: what the API connects as
--   SET bootstrap.reporting_password = '…';    -- secure_api_reporting: reads, no personal data
--   SET bootstrap.key_rotation_password = '…'; -- secure_api_key_rotation: encrypted columns only
--   SET bootstrap.notices_password = '…';      -- secure_api_notices: tells owners of clients what ends
--   SET bootstrap.auditor_password = '…';      -- secure_api_auditor: reads the audit trail, and nothing else
--   SET bootstrap.incident_response_password = '…'; -- secure_api_incident_response: ends sessions and keys, blocks
--
-- Give SCRAM-SHA-256 verifiers instead of passwords, and no password reaches the server's log.
-- Two further roles never log in: secure_api_search owns the search function, and secure_api_audit the
-- function with which changed rows are written down.
--
-- `npm run db:bootstrap` does exactly this from the environment.

DO $roles$
DECLARE
    role_name text;
    role_password text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['owner', 'application', 'reporting', 'key_rotation', 'notices', 'auditor',
                                     'incident_response'] LOOP
        role_password := nullif(current_setting(format('bootstrap.%s_password', role_name), true), '');
        IF role_password IS NULL THEN
            RAISE EXCEPTION 'bootstrap.%_password is not set', role_name;
        END IF;
        role_name := 'secure_api_' || role_name;
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
            EXECUTE format('CREATE ROLE %I', role_name);
        END IF;
        EXECUTE format(
            'ALTER ROLE %I LOGIN NOINHERIT PASSWORD %L',
            role_name, role_password);
        -- Checked and not altered: taking these away needs a superuser, which managed engines do not give.
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = role_name
                   AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls)) THEN
            RAISE EXCEPTION 'the role % has attributes that it must not have', role_name;
        END IF;
    END LOOP;

    FOREACH role_name IN ARRAY ARRAY['secure_api_search', 'secure_api_audit'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN NOINHERIT', role_name);
        END IF;
        -- The owner may become it, to make the function in its name; nobody else may.
        EXECUTE format('GRANT %I TO secure_api_owner', role_name);
    END LOOP;

    -- Nobody connects or creates by default; only the owner may make tables.
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO secure_api_owner, secure_api_application, secure_api_reporting, secure_api_key_rotation, secure_api_notices, secure_api_auditor, secure_api_incident_response', current_database());
    EXECUTE format('GRANT CREATE ON DATABASE %I TO secure_api_owner', current_database());
    REVOKE ALL ON SCHEMA public FROM PUBLIC;
    GRANT USAGE, CREATE ON SCHEMA public TO secure_api_owner;
    GRANT USAGE ON SCHEMA public
        TO secure_api_application, secure_api_reporting, secure_api_key_rotation, secure_api_notices,
           secure_api_incident_response, secure_api_search;
END
$roles$;
