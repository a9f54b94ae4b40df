-- AlterTable: sealed text is longer than what it says. Lengths are checked before sealing.
ALTER TABLE "customers"
    ALTER COLUMN "phone" TYPE TEXT,
    ALTER COLUMN "tax_id" TYPE TEXT,
    ALTER COLUMN "notes" TYPE TEXT,
    ADD COLUMN "tax_id_index" TEXT;

-- Plaintext cannot be stored by mistake. NOT VALID, because rows from before this migration
-- are sealed afterwards: npm run keys:rotate -- fields --seal-plaintext
ALTER TABLE "customers"
    ADD CONSTRAINT "customers_phone_sealed" CHECK ("phone" ~ '^[a-z0-9-]{1,16}\.[A-Za-z0-9_-]{38,}$') NOT VALID,
    ADD CONSTRAINT "customers_tax_id_sealed" CHECK ("tax_id" ~ '^[a-z0-9-]{1,16}\.[A-Za-z0-9_-]{38,}$') NOT VALID,
    ADD CONSTRAINT "customers_notes_sealed" CHECK ("notes" ~ '^[a-z0-9-]{1,16}\.[A-Za-z0-9_-]{38,}$') NOT VALID,
    ADD CONSTRAINT "customers_tax_id_index_form" CHECK ("tax_id_index" ~ '^[a-z0-9-]{1,16}\.[A-Za-z0-9_-]{22}$'),
    ADD CONSTRAINT "customers_tax_id_indexed" CHECK (("tax_id" IS NULL) = ("tax_id_index" IS NULL)) NOT VALID;

-- CreateIndex
CREATE INDEX "customers_tenant_id_tax_id_index_idx" ON "customers"("tenant_id", "tax_id_index");

-- CreateIndex
CREATE INDEX "customers_tenant_id_status_created_at_id_idx" ON "customers"("tenant_id", "status", "created_at", "id");

-- CreateIndex
CREATE INDEX "customers_tenant_id_status_family_name_id_idx" ON "customers"("tenant_id", "status", "family_name", "id");

-- CreateTable
CREATE TABLE "idempotency_keys" (
    "id" UUID NOT NULL,
    "tenant_id" VARCHAR(128) NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "answer" TEXT,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "idempotency_keys_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "idempotency_keys_tenant_id_check" CHECK ("tenant_id" <> ''),
    CONSTRAINT "idempotency_keys_answer_sealed" CHECK ("answer" ~ '^[a-z0-9-]{1,16}\.[A-Za-z0-9_-]{38,}$')
);

-- CreateIndex
CREATE INDEX "idempotency_keys_expires_at_idx" ON "idempotency_keys"("expires_at");

ALTER TABLE "idempotency_keys" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "idempotency_keys" FORCE ROW LEVEL SECURITY;

CREATE POLICY "tenant_isolation" ON "idempotency_keys"
    USING ("tenant_id" = nullif(current_setting('app.tenant_id', true), ''))
    WITH CHECK ("tenant_id" = nullif(current_setting('app.tenant_id', true), ''));

-- An expired key belongs to nobody: the application may remove it without being its tenant, but
-- not look at it. Only a DELETE without a condition sees these rows.
CREATE POLICY "expired_keys_may_be_removed" ON "idempotency_keys"
    FOR DELETE TO "secure_api_application" USING ("expires_at" < now());

GRANT SELECT, INSERT, UPDATE, DELETE ON "idempotency_keys" TO "secure_api_application";

-- The key rotation reaches every tenant's rows, and of them only what is encrypted.
CREATE POLICY "key_rotation_reaches_all_tenants" ON "customers"
    TO "secure_api_key_rotation" USING (true) WITH CHECK (true);
CREATE POLICY "key_rotation_reaches_all_tenants" ON "idempotency_keys"
    TO "secure_api_key_rotation" USING (true) WITH CHECK (true);
GRANT SELECT ("id", "tenant_id", "phone", "tax_id", "tax_id_index", "notes"),
      UPDATE ("phone", "tax_id", "tax_id_index", "notes")
    ON "customers" TO "secure_api_key_rotation";
GRANT SELECT ("id", "tenant_id", "answer"), UPDATE ("answer")
    ON "idempotency_keys" TO "secure_api_key_rotation";

-- Search. LIKE is not leakproof: under row-level security PostgreSQL must look at the policy
-- first and will not use an index for it. So the search runs in one function, as a role that
-- can do nothing else, and answers with ids only; the rows are read under the policy again.
CREATE EXTENSION IF NOT EXISTS "pg_trgm";
CREATE EXTENSION IF NOT EXISTS "btree_gin";

CREATE SCHEMA "search";
GRANT USAGE ON SCHEMA "search" TO "secure_api_application";
GRANT USAGE, CREATE ON SCHEMA "search" TO "secure_api_search";

-- Text in a form of which pg_trgm indexes every character. It leaves out what is not a letter or
-- a digit in the server's locale: spaces, %, and under LC_CTYPE=C every letter beyond ASCII. Here
-- letters beyond ASCII become the octal digits of their UTF-8 bytes, and every other sign a letter.
-- Different texts can fold alike (the search compares again), equal ones always do. The result has
-- no character that means something to LIKE.
CREATE FUNCTION "search"."folded"("plain" TEXT) RETURNS TEXT
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN regexp_replace(
        encode(replace(lower("plain"), '\', '_')::bytea, 'escape'),
        '[^a-z0-9]', 'q', 'g'
    );

-- The tenant is part of the index, so that no row of another tenant is read. How long the index
-- itself takes still depends a little on how common a term is among all tenants.
CREATE INDEX "customers_search_idx" ON "customers" USING gin (
    "tenant_id",
    "search"."folded"("given_name" || ' ' || "family_name" || E'\n' || "email") gin_trgm_ops
);

CREATE POLICY "search_reads_all_tenants" ON "customers"
    FOR SELECT TO "secure_api_search" USING (true);
GRANT SELECT ("id", "tenant_id", "given_name", "family_name", "email", "status", "created_at")
    ON "customers" TO "secure_api_search";

SET LOCAL ROLE "secure_api_search";

-- What is searched. Nobody is granted the view; it stands here so that the function below reads well.
-- A migration that changes one of its columns drops both first, as the role secure_api_search.
CREATE VIEW "search"."searchable_customers" AS
    SELECT "id", "tenant_id", "family_name", "status", "created_at",
           lower("given_name" || ' ' || "family_name" || E'\n' || "email") AS "plain",
           "search"."folded"("given_name" || ' ' || "family_name" || E'\n' || "email") AS "folded"
    FROM public."customers";

-- One page of the ids of the customers whose name or e-mail address contains `term` (every one's
-- does, when it is empty), in the order of `sort`, after the position (`after_created_at` or
-- `after_family_name`, `after_id`).
--
-- A common term is met soon on a walk along the order; a rare one is looked up in the trigram
-- index, and its few matches are sorted. Which of the two is right is found out by walking a
-- little way: the planner cannot know, because PostgreSQL keeps the statistics of a table with
-- row-level security from it. MATERIALIZED keeps it from trying the walk a second time.
CREATE FUNCTION "search"."customers"(
    "term" TEXT,
    "with_status" public."customer_status",
    "sort" TEXT,
    "after_created_at" TIMESTAMPTZ,
    "after_family_name" TEXT,
    "after_id" UUID,
    "page_size" INTEGER
) RETURNS SETOF UUID
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 50
    SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    walked_rows CONSTANT integer := 8000;
    tenant CONSTANT text := nullif(current_setting('app.tenant_id', true), '');
    needle CONSTANT text := lower(term);
    pattern CONSTANT text := '%' || search.folded(term) || '%';
    -- The only parts of the statements that are not parameters, and none of them is the caller's text.
    sort_column CONSTANT text := CASE ltrim(sort, '-')
        WHEN 'createdAt' THEN 'created_at' WHEN 'familyName' THEN 'family_name' END;
    after_value CONSTANT text := CASE sort_column WHEN 'created_at' THEN '$4' WHEN 'family_name' THEN '$5' END;
    is_descending CONSTANT boolean := starts_with(sort, '-');
    direction CONSTANT text := CASE WHEN is_descending THEN 'DESC' ELSE 'ASC' END;
    beyond CONSTANT text := CASE WHEN is_descending THEN '<' ELSE '>' END;
    -- Rows of the tenant and status, from the position on, as far as the walk goes. With a status
    -- they have only one, but PostgreSQL must be told to see that the index is in this order.
    walk CONSTANT text := format($walk$
        SELECT id, plain, %1$I FROM search.searchable_customers
        WHERE tenant_id = $1 AND ($3 IS NULL OR status = $3)
          AND ($6 IS NULL OR (%1$I, id) %2$s (%3$s, $6))
        ORDER BY %5$s %1$I %4$s, id %4$s LIMIT $8
        $walk$, sort_column, beyond, after_value, direction,
        CASE WHEN with_status IS NOT NULL THEN format('status %s,', direction) END);
    found uuid[];
    seen integer;
BEGIN
    IF tenant IS NULL OR term IS NULL OR sort_column IS NULL THEN
        RETURN;
    END IF;

    EXECUTE format($hits$
        SELECT ARRAY(
            SELECT id FROM (%1$s) AS walked WHERE strpos(plain, $2) > 0
            ORDER BY %2$I %3$s, id %3$s LIMIT $7
        )
        $hits$, walk, sort_column, direction)
    INTO found
    USING tenant, needle, with_status, after_created_at, after_family_name, after_id, page_size, walked_rows;
    IF cardinality(found) < page_size THEN
        EXECUTE format('SELECT count(*) FROM (%s) AS walked', walk)
        INTO seen
        USING tenant, needle, with_status, after_created_at, after_family_name, after_id, page_size, walked_rows;
    END IF;
    IF cardinality(found) = page_size OR seen < walked_rows THEN
        RETURN QUERY SELECT unnest(found);
        RETURN;
    END IF;

    RETURN QUERY EXECUTE format($look_up$
        WITH matches AS MATERIALIZED (
            SELECT * FROM search.searchable_customers
            WHERE tenant_id = $1 AND folded LIKE $9 AND strpos(plain, $2) > 0
              AND ($3 IS NULL OR status = $3)
        )
        SELECT id FROM matches
        WHERE $6 IS NULL OR (%1$I, id) %2$s (%3$s, $6)
        ORDER BY %1$I %4$s, id %4$s LIMIT $7
        $look_up$, sort_column, beyond, after_value, direction)
    USING tenant, needle, with_status, after_created_at, after_family_name, after_id, page_size, walked_rows, pattern;
END
$function$;

REVOKE ALL ON FUNCTION "search"."customers" FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "search"."customers" TO "secure_api_application";

RESET ROLE;
REVOKE CREATE ON SCHEMA "search" FROM "secure_api_search";
