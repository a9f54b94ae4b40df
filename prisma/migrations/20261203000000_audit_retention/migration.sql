-- Removes what was recorded before a moment: old months as a whole, and from the default partition row by row. A
-- partition that is not the month it is named after stays.
-- Only the owner of the tables can. Row-level security keeps even the owner from removing rows; it is back before
-- anybody else can look, because all of this is one transaction.
CREATE FUNCTION "audit"."remove_before"("moment" TIMESTAMPTZ) RETURNS TEXT[]
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    SET timezone = 'UTC'
AS $function$
DECLARE
    partition_name text;
    dropped text[] := '{}';
BEGIN
    FOR partition_name IN
        SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
        WHERE inhparent = 'audit.events'::regclass AND relname ~ '^events_[0-9]{4}_[0-9]{2}$'
          AND to_date(right(relname, 7), 'YYYY_MM') + interval '1 month' <= moment
          AND pg_get_expr(relpartbound, pg_class.oid) = format('FOR VALUES FROM (%L) TO (%L)',
              to_date(right(relname, 7), 'YYYY_MM')::timestamptz,
              (to_date(right(relname, 7), 'YYYY_MM') + interval '1 month')::timestamptz)
        ORDER BY relname
    LOOP
        EXECUTE format('DROP TABLE audit.%I', partition_name);
        dropped := dropped || partition_name;
    END LOOP;
    ALTER TABLE audit.events_default NO FORCE ROW LEVEL SECURITY;
    DELETE FROM audit.events_default WHERE recorded_at < moment;
    ALTER TABLE audit.events_default FORCE ROW LEVEL SECURITY;
    RETURN dropped;
END
$function$;
REVOKE ALL ON FUNCTION "audit"."remove_before" FROM PUBLIC;
