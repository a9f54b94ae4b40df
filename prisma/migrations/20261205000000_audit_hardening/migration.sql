-- What an owner without the key, or a role that only reads, must not be able to do to the trail.

-- A link is told from an anchor by what it binds; neither is anything but 32 bytes.
ALTER TABLE "audit"."anchors" ADD CONSTRAINT "anchors_are_whole"
    CHECK ("position" >= 0 AND octet_length("mac") = 32 AND octet_length("signature") = 32);
-- A moment that no number tells, such as infinity, would keep everything after it from its seal.
ALTER TABLE "audit"."events" ADD CONSTRAINT "events_occurred_at_check"
    CHECK ("occurred_at" BETWEEN '2000-01-01 00:00:00+00' AND '2200-01-01 00:00:00+00');

-- Whose turn it is to seal: whoever holds this row. An advisory lock could be taken by everybody who may connect.
CREATE TABLE "audit"."sealing" ("turn" BOOLEAN PRIMARY KEY CHECK ("turn"));
INSERT INTO "audit"."sealing" VALUES (true);
GRANT SELECT, UPDATE ("turn") ON "audit"."sealing" TO "secure_api_application";

-- The incident response says what it did, and nothing else.
CREATE POLICY "incident_response_reports_its_deeds" ON "audit"."events" AS RESTRICTIVE
    FOR INSERT TO "secure_api_incident_response" WITH CHECK ("event" LIKE 'incident\_%');

GRANT CREATE ON SCHEMA "audit" TO "secure_api_audit";
SET LOCAL ROLE "secure_api_audit";

-- As before, but that a horizon of another cluster, whose transactions were further on, hides nothing.
CREATE OR REPLACE FUNCTION "audit"."unsealed"("max_rows" INTEGER)
    RETURNS TABLE ("id" BIGINT, "digest" BYTEA, "recorded_at" TIMESTAMPTZ)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
AS $function$
DECLARE
    horizon CONSTANT xid8 := (SELECT heads.horizon FROM audit.heads ORDER BY heads.position DESC LIMIT 1);
    seen_before CONSTANT xid8 := CASE
        WHEN horizon IS NULL OR horizon > pg_snapshot_xmax(pg_current_snapshot()) THEN '0'::xid8 ELSE horizon END;
BEGIN
    RETURN QUERY
        SELECT events.id, audit.digest(events), events.recorded_at FROM audit.events
        WHERE events.xid >= seen_before
          AND NOT EXISTS (SELECT FROM audit.chain WHERE chain.event_id = events.id)
        ORDER BY events.xid, events.id LIMIT max_rows;
END
$function$;

-- As before, but that only the application keeps house: whoever else changes such a column leaves a row.
CREATE OR REPLACE FUNCTION "audit"."record_change"() RETURNS TRIGGER
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
    IF TG_OP = 'UPDATE' AND session_user = 'secure_api_application'
        AND before - housekeeping = after - housekeeping THEN
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
RESET ROLE;
REVOKE CREATE ON SCHEMA "audit" FROM "secure_api_audit";

-- Containments that are made, lifted or removed past the command.
CREATE TRIGGER "record_change" AFTER INSERT OR UPDATE OR DELETE ON "incident"."containments" FOR EACH ROW
    EXECUTE FUNCTION "audit"."record_change"('id', 'kind,value,not_before,created_at,expires_at,lifted_at', '');
CREATE TRIGGER "record_truncation" AFTER TRUNCATE ON "incident"."containments"
    EXECUTE FUNCTION "audit"."record_truncation"();
ALTER TABLE "incident"."containments" ENABLE ALWAYS TRIGGER "record_change";
ALTER TABLE "incident"."containments" ENABLE ALWAYS TRIGGER "record_truncation";
