-- CreateTable
CREATE TABLE "api_keys" (
    "id" VARCHAR(22) NOT NULL,
    "tenant_id" VARCHAR(128) NOT NULL,
    "owner" VARCHAR(255) NOT NULL,
    "parent_id" VARCHAR(22),
    "name" VARCHAR(100) NOT NULL,
    "scopes" TEXT[],
    "is_read_only" BOOLEAN NOT NULL,
    "allowed_networks" TEXT[],
    "rate_plan" VARCHAR(40) NOT NULL,
    "lifetime_days" INTEGER NOT NULL,
    "secret_hash" TEXT NOT NULL,
    "pepper" VARCHAR(16) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "previous_hash" TEXT,
    "previous_pepper" VARCHAR(16),
    "previous_expires_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "rotated_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),
    "use_count" BIGINT NOT NULL DEFAULT 0,
    "busiest_minute" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "api_keys_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "api_keys_tenant_id_check" CHECK ("tenant_id" <> ''),
    CONSTRAINT "api_keys_id_form" CHECK ("id" ~ '^[0-9A-Za-z]{22}$'),
    -- Prisma knows no list that must be there.
    CONSTRAINT "api_keys_lists_are_there" CHECK ("scopes" IS NOT NULL AND "allowed_networks" IS NOT NULL),
    -- A secret cannot be stored by mistake, and no key lives for ever.
    CONSTRAINT "api_keys_secret_hash_form" CHECK ("secret_hash" ~ '^[A-Za-z0-9_-]{43}$'),
    CONSTRAINT "api_keys_previous_hash_form" CHECK ("previous_hash" ~ '^[A-Za-z0-9_-]{43}$'),
    CONSTRAINT "api_keys_lifetime_days_check" CHECK ("lifetime_days" BETWEEN 1 AND 365),
    CONSTRAINT "api_keys_previous_is_whole" CHECK (
        num_nulls("previous_hash", "previous_pepper", "previous_expires_at") IN (0, 3)
    )
);

-- CreateIndex
CREATE INDEX "api_keys_tenant_id_owner_created_at_id_idx" ON "api_keys"("tenant_id", "owner", "created_at", "id");

-- CreateIndex
CREATE INDEX "api_keys_tenant_id_created_at_id_idx" ON "api_keys"("tenant_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "api_keys_parent_id_idx" ON "api_keys"("parent_id");

-- CreateTable: from where a key was used, to notice when it comes from elsewhere.
CREATE TABLE "api_key_networks" (
    "key_id" VARCHAR(22) NOT NULL,
    "network" VARCHAR(49) NOT NULL,
    "tenant_id" VARCHAR(128) NOT NULL,
    "first_used_at" TIMESTAMPTZ(3) NOT NULL,
    "last_used_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "api_key_networks_pkey" PRIMARY KEY ("key_id", "network"),
    CONSTRAINT "api_key_networks_tenant_id_check" CHECK ("tenant_id" <> '')
);

ALTER TABLE "api_keys" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "api_keys" FORCE ROW LEVEL SECURITY;
ALTER TABLE "api_key_networks" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "api_key_networks" FORCE ROW LEVEL SECURITY;

CREATE POLICY "tenant_isolation" ON "api_keys"
    USING ("tenant_id" = nullif(current_setting('app.tenant_id', true), ''))
    WITH CHECK ("tenant_id" = nullif(current_setting('app.tenant_id', true), ''));
CREATE POLICY "tenant_isolation" ON "api_key_networks"
    USING ("tenant_id" = nullif(current_setting('app.tenant_id', true), ''))
    WITH CHECK ("tenant_id" = nullif(current_setting('app.tenant_id', true), ''));

-- A key that is presented names itself and not its tenant: its id shows its rows, to read.
CREATE POLICY "presented_key" ON "api_keys"
    FOR SELECT USING ("id" = nullif(current_setting('app.reference', true), ''));
CREATE POLICY "presented_key" ON "api_key_networks"
    FOR SELECT USING ("key_id" = nullif(current_setting('app.reference', true), ''));

-- What a key may do, and whose it is, never changes: for more, somebody makes a new one. Keys are
-- revoked and not deleted, so that what they did can be told.
GRANT SELECT, INSERT ON "api_keys" TO "secure_api_application";
GRANT UPDATE ("name", "allowed_networks", "rate_plan", "secret_hash", "pepper", "expires_at", "previous_hash",
              "previous_pepper", "previous_expires_at", "rotated_at", "revoked_at", "last_used_at", "use_count",
              "busiest_minute")
    ON "api_keys" TO "secure_api_application";
GRANT SELECT, INSERT ON "api_key_networks" TO "secure_api_application";
GRANT UPDATE ("last_used_at") ON "api_key_networks" TO "secure_api_application";

-- For reports about the age and the use of keys: no name, no owner, no hash.
CREATE POLICY "reporting_reads_all_tenants" ON "api_keys"
    FOR SELECT TO "secure_api_reporting" USING (true);
GRANT SELECT ("id", "tenant_id", "scopes", "is_read_only", "rate_plan", "lifetime_days", "created_at", "rotated_at",
              "expires_at", "previous_expires_at", "revoked_at", "last_used_at", "use_count")
    ON "api_keys" TO "secure_api_reporting";

-- The key rotation counts what is still under an old pepper.
CREATE POLICY "key_rotation_counts_peppers" ON "api_keys"
    FOR SELECT TO "secure_api_key_rotation" USING (true);
GRANT SELECT ("pepper", "expires_at", "previous_pepper", "previous_expires_at", "revoked_at")
    ON "api_keys" TO "secure_api_key_rotation";
