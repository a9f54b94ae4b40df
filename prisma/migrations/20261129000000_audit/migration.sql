-- The audit trail: what happened, in a schema of its own, which Prisma does not model. Rows are added and never
-- changed; a chain of MACs over them, under a key that the database does not have, shows when somebody did.
CREATE SCHEMA "audit";

-- Partitions by month, so that what is older than the retention goes at once. Whatever has no month of its own
-- falls into the default partition: nothing is lost because nobody has made a partition.
CREATE TABLE "audit"."events" (
    "id" BIGINT GENERATED ALWAYS AS IDENTITY,
    "recorded_at" TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    "occurred_at" TIMESTAMPTZ NOT NULL,
    "source" TEXT NOT NULL CHECK ("source" IN ('application', 'database')),
    -- Of the security event in the log.
    "event_id" UUID,
    "event" TEXT NOT NULL CHECK ("event" ~ '^[a-z_]{1,64}$'),
    "outcome" TEXT NOT NULL CHECK ("outcome" IN ('success', 'failure')),
    "tenant_id" TEXT,
    "subject" TEXT,
    "client_id" TEXT,
    "credential_id" TEXT,
    "address" TEXT,
    "method" TEXT,
    "route" TEXT,
    "request_id" TEXT,
    "trace_id" TEXT,
    "details" JSONB NOT NULL,
    -- Who logged in at the database, whatever the row says about who acted.
    "database_role" NAME NOT NULL DEFAULT session_user,
    "xid" XID8 NOT NULL DEFAULT pg_current_xact_id(),

    PRIMARY KEY ("id", "recorded_at")
) PARTITION BY RANGE ("recorded_at");

-- What was not sealed yet is found by it, without a look at the rest.
CREATE INDEX "events_xid_id_idx" ON "audit"."events"("xid", "id");
CREATE INDEX "events_tenant_id_recorded_at_id_idx" ON "audit"."events"("tenant_id", "recorded_at", "id");

ALTER TABLE "audit"."events" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "audit"."events" FORCE ROW LEVEL SECURITY;

CREATE TABLE "audit"."events_default" PARTITION OF "audit"."events" DEFAULT;
ALTER TABLE "audit"."events_default" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "audit"."events_default" FORCE ROW LEVEL SECURITY;

-- The partitions of this month and of so many after it, by UTC. A month of which the default partition has
-- rows already stays there. Row-level security on each of them, because it is not inherited.
CREATE FUNCTION "audit"."make_partitions"("months_ahead" INTEGER) RETURNS VOID
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    SET timezone = 'UTC'
AS $function$
DECLARE
    first_day date;
    partition_name text;
BEGIN
    FOR ahead IN 0..months_ahead LOOP
        first_day := date_trunc('month', now())::date + make_interval(months => ahead);
        partition_name := 'events_' || to_char(first_day, 'YYYY_MM');
        IF to_regclass(format('audit.%I', partition_name)) IS NULL THEN
            BEGIN
                EXECUTE format('CREATE TABLE audit.%I PARTITION OF audit.events FOR VALUES FROM (%L) TO (%L)',
                    partition_name, first_day::timestamptz, (first_day + interval '1 month')::timestamptz);
                EXECUTE format('ALTER TABLE audit.%I ENABLE ROW LEVEL SECURITY', partition_name);
                EXECUTE format('ALTER TABLE audit.%I FORCE ROW LEVEL SECURITY', partition_name);
            EXCEPTION WHEN check_violation THEN
                NULL;
            END;
        END IF;
    END LOOP;
END
$function$;
REVOKE ALL ON FUNCTION "audit"."make_partitions" FROM PUBLIC;
SELECT "audit"."make_partitions"(3);

-- One link for each event: HMAC(key, MAC of the link before, position, id of the event, digest of the event).
CREATE TABLE "audit"."chain" (
    "position" BIGINT PRIMARY KEY CHECK ("position" > 0),
    "event_id" BIGINT NOT NULL UNIQUE,
    "mac" BYTEA NOT NULL CHECK (octet_length("mac") = 32),
    "key_id" TEXT NOT NULL
);

-- The last link of each batch, and the oldest transaction that was under way when the batch was read: whatever
-- older ones have written was seen.
CREATE TABLE "audit"."heads" (
    "position" BIGINT PRIMARY KEY,
    "mac" BYTEA NOT NULL,
    "key_id" TEXT NOT NULL,
    "horizon" XID8 NOT NULL,
    "sealed_at" TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp()
);

-- Where the chain begins after old rows were removed, signed. Stragglers: digests of removed rows whose links
-- come later.
CREATE TABLE "audit"."anchors" (
    "position" BIGINT PRIMARY KEY,
    "mac" BYTEA NOT NULL,
    "stragglers" JSONB NOT NULL,
    "key_id" TEXT NOT NULL,
    "signature" BYTEA NOT NULL,
    "made_at" TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp()
);

-- For everybody with a grant: nobody writes in the name of the database, and a tenant sees its own. Rows without
-- a tenant are nobody's.
CREATE POLICY "application_events" ON "audit"."events" FOR INSERT WITH CHECK ("source" = 'application');
CREATE POLICY "tenant_isolation" ON "audit"."events"
    FOR SELECT USING ("tenant_id" = nullif(current_setting('app.tenant_id', true), ''));
CREATE POLICY "changes_are_recorded" ON "audit"."events"
    FOR INSERT TO "secure_api_audit" WITH CHECK ("source" = 'database');
CREATE POLICY "sealing_reads_all_tenants" ON "audit"."events" FOR SELECT TO "secure_api_audit" USING (true);
CREATE POLICY "auditor_reads_all_tenants" ON "audit"."events" FOR SELECT TO "secure_api_auditor" USING (true);
-- The auditor says what was exported, and nothing else.
CREATE POLICY "auditor_reports_exports" ON "audit"."events" AS RESTRICTIVE
    FOR INSERT TO "secure_api_auditor" WITH CHECK ("event" = 'data_export');

-- Nobody may change or remove anything. Id, time, role and transaction are PostgreSQL's word.
GRANT USAGE ON SCHEMA "audit"
    TO "secure_api_application", "secure_api_auditor", "secure_api_incident_response", "secure_api_audit";
GRANT INSERT ("occurred_at", "source", "event_id", "event", "outcome", "tenant_id", "subject", "client_id",
              "credential_id", "address", "method", "route", "request_id", "trace_id", "details")
    ON "audit"."events"
    TO "secure_api_application", "secure_api_auditor", "secure_api_incident_response", "secure_api_audit";
GRANT SELECT ON "audit"."events" TO "secure_api_application", "secure_api_auditor", "secure_api_audit";
GRANT SELECT, INSERT ON "audit"."chain" TO "secure_api_application";
GRANT SELECT ON "audit"."heads" TO "secure_api_application";
GRANT INSERT ("position", "mac", "key_id", "horizon") ON "audit"."heads" TO "secure_api_application";
GRANT SELECT ON "audit"."anchors" TO "secure_api_application";
GRANT SELECT ON "audit"."chain", "audit"."heads", "audit"."anchors" TO "secure_api_auditor", "secure_api_audit";

GRANT CREATE ON SCHEMA "audit" TO "secure_api_audit";
SET LOCAL ROLE "secure_api_audit";

-- A value after its length, so that no two different rows read alike.
CREATE FUNCTION "audit"."measured"("value" TEXT) RETURNS TEXT
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN coalesce(octet_length(value) || ':' || value, '-');

-- Microseconds since the epoch: a text that no setting of a session changes.
CREATE FUNCTION "audit"."microseconds"("moment" TIMESTAMPTZ) RETURNS TEXT
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (extract(epoch FROM moment) * 1000000)::bigint::text;

-- SHA-256 of everything that a row says, in the order of the columns.
CREATE FUNCTION "audit"."digest"("of" "audit"."events") RETURNS BYTEA
    LANGUAGE sql STABLE
    RETURN sha256(convert_to(
        audit.measured((of).id::text) || audit.measured(audit.microseconds((of).recorded_at))
        || audit.measured(audit.microseconds((of).occurred_at)) || audit.measured((of).source)
        || audit.measured((of).event_id::text) || audit.measured((of).event) || audit.measured((of).outcome)
        || audit.measured((of).tenant_id) || audit.measured((of).subject) || audit.measured((of).client_id)
        || audit.measured((of).credential_id) || audit.measured((of).address) || audit.measured((of).method)
        || audit.measured((of).route) || audit.measured((of).request_id) || audit.measured((of).trace_id)
        || audit.measured((of).details::text) || audit.measured((of).database_role::text)
        || audit.measured((of).xid::text), 'UTF8'));

-- What is to be sealed next: digests only, so that the application never reads other tenants' rows for it.
-- Rows of transactions that were over when the last complete batch was read have their links; rows of one that
-- was under way are found whenever it ends, and hold up no others.
CREATE FUNCTION "audit"."unsealed"("max_rows" INTEGER)
    RETURNS TABLE ("id" BIGINT, "digest" BYTEA, "recorded_at" TIMESTAMPTZ)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
AS $function$
DECLARE
    seen_before CONSTANT xid8 :=
        coalesce((SELECT heads.horizon FROM audit.heads ORDER BY heads.position DESC LIMIT 1), '0'::xid8);
BEGIN
    RETURN QUERY
        SELECT events.id, audit.digest(events), events.recorded_at FROM audit.events
        WHERE events.xid >= seen_before
          AND NOT EXISTS (SELECT FROM audit.chain WHERE chain.event_id = events.id)
        ORDER BY events.xid, events.id LIMIT max_rows;
END
$function$;

-- Writes down a change of a row, in the transaction of the change, whoever makes it. Arguments: the columns of
-- the key, those whose values are shown, and those of mere housekeeping, whose change alone is none. Of every
-- other column, later ones included, only the name is written. Who acts is taken from app.actor, but only from
-- the application: whoever sits at psql could name anybody, and is known by role, program and address.
CREATE FUNCTION "audit"."record_change"() RETURNS TRIGGER
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    SET timezone = 'UTC'
AS $function$
DECLARE
    key_columns CONSTANT text[] := string_to_array(TG_ARGV[0], ',');
    shown CONSTANT text[] := string_to_array(TG_ARGV[1], ',');
    housekeeping CONSTANT text[] := string_to_array(TG_ARGV[2], ',');
    before jsonb := CASE WHEN TG_OP IN ('UPDATE', 'DELETE') THEN to_jsonb(OLD) END;
    after jsonb := CASE WHEN TG_OP IN ('INSERT', 'UPDATE') THEN to_jsonb(NEW) END;
    actor_text CONSTANT text := current_setting('app.actor', true);
    actor jsonb;
    changed jsonb;
    known jsonb;
BEGIN
    IF TG_OP = 'UPDATE' AND before - housekeeping = after - housekeeping THEN
        RETURN NULL;
    END IF;
    IF session_user = 'secure_api_application' AND actor_text <> '' AND pg_input_is_valid(actor_text, 'jsonb')
        AND jsonb_typeof(actor_text::jsonb) = 'object' THEN
        actor := actor_text::jsonb;
    END IF;
    known := coalesce(after, before);
    SELECT jsonb_agg(jsonb_build_object('name', name) || CASE WHEN name = ANY (shown) THEN
               CASE WHEN before IS NULL THEN '{}' ELSE jsonb_build_object('old', before -> name) END
               || CASE WHEN after IS NULL THEN '{}' ELSE jsonb_build_object('new', after -> name) END
               ELSE '{}' END ORDER BY name)
    INTO changed
    FROM jsonb_object_keys(known) AS name
    WHERE coalesce(before -> name, 'null') <> coalesce(after -> name, 'null');
    INSERT INTO audit.events (occurred_at, source, event, outcome, tenant_id, subject, client_id, credential_id,
                              address, method, route, request_id, trace_id, details)
    VALUES (clock_timestamp(), 'database', 'data_change', 'success', known ->> 'tenant_id',
            left(actor ->> 'subject', 255), left(actor ->> 'clientId', 255), left(actor ->> 'credentialId', 255),
            coalesce(left(actor ->> 'address', 64), host(inet_client_addr())), left(actor ->> 'method', 16),
            left(actor ->> 'route', 500), left(actor ->> 'requestId', 128), left(actor ->> 'traceId', 64),
            jsonb_build_object(
                'table', TG_TABLE_NAME, 'operation', lower(TG_OP),
                'key', (SELECT jsonb_object_agg(name, known -> name) FROM unnest(key_columns) AS name),
                'columns', changed, 'program', current_setting('application_name')));
    RETURN NULL;
END
$function$;

-- Removing everything at once passes no row.
CREATE FUNCTION "audit"."record_truncation"() RETURNS TRIGGER
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    INSERT INTO audit.events (occurred_at, source, event, outcome, address, details)
    VALUES (clock_timestamp(), 'database', 'data_change', 'success', host(inet_client_addr()),
            jsonb_build_object('table', TG_TABLE_NAME, 'operation', 'truncate',
                               'program', current_setting('application_name')));
    RETURN NULL;
END
$function$;

REVOKE ALL ON FUNCTION "audit"."measured", "audit"."microseconds", "audit"."digest", "audit"."unsealed",
    "audit"."record_change", "audit"."record_truncation" FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "audit"."unsealed" TO "secure_api_application";
GRANT EXECUTE ON FUNCTION "audit"."record_change", "audit"."record_truncation" TO "secure_api_owner";
RESET ROLE;
REVOKE CREATE ON SCHEMA "audit" FROM "secure_api_audit";

-- What is sealed, hashed or personal is not among the shown columns.
CREATE TRIGGER "record_change" AFTER INSERT OR UPDATE OR DELETE ON "customers" FOR EACH ROW
    EXECUTE FUNCTION "audit"."record_change"('id', 'status,version,created_at', 'updated_at');
CREATE TRIGGER "record_change" AFTER INSERT OR UPDATE OR DELETE ON "api_keys" FOR EACH ROW
    EXECUTE FUNCTION "audit"."record_change"(
        'id', 'owner,parent_id,scopes,is_read_only,rate_plan,lifetime_days,pepper,expires_at,previous_pepper,previous_expires_at,created_at,rotated_at,revoked_at',
        'last_used_at,use_count,busiest_minute');
CREATE TRIGGER "record_change" AFTER INSERT OR UPDATE OR DELETE ON "browser_sessions" FOR EACH ROW
    EXECUTE FUNCTION "audit"."record_change"(
        'id', 'subject,created_at,expires_at', 'tokens,renewals,renewing_until,last_used_at,idle_expires_at');
CREATE TRIGGER "record_change" AFTER INSERT OR UPDATE OR DELETE ON "notice_contacts" FOR EACH ROW
    EXECUTE FUNCTION "audit"."record_change"('kind,reference', 'kind,reference', 'updated_at');

-- Always: also in a session that says that it only replays what happened elsewhere.
DO $triggers$
DECLARE
    watched text;
BEGIN
    FOREACH watched IN ARRAY ARRAY['customers', 'api_keys', 'browser_sessions', 'notice_contacts'] LOOP
        EXECUTE format('CREATE TRIGGER record_truncation AFTER TRUNCATE ON public.%I
                        EXECUTE FUNCTION audit.record_truncation()', watched);
        EXECUTE format('ALTER TABLE public.%I ENABLE ALWAYS TRIGGER record_change', watched);
        EXECUTE format('ALTER TABLE public.%I ENABLE ALWAYS TRIGGER record_truncation', watched);
    END LOOP;
END
$triggers$;
