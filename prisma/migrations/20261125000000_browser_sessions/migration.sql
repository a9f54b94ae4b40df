-- CreateTable
CREATE TABLE "browser_sessions" (
    "id" UUID NOT NULL,
    "tenant_id" VARCHAR(128) NOT NULL,
    "subject" VARCHAR(255) NOT NULL,
    "family" TEXT NOT NULL,
    "secret_hash" TEXT NOT NULL,
    "log_in_hash" TEXT NOT NULL,
    "tokens" TEXT NOT NULL,
    "renewals" INTEGER NOT NULL DEFAULT 0,
    "renewing_until" TIMESTAMPTZ(3),
    "device" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "last_used_at" TIMESTAMPTZ(3) NOT NULL,
    "idle_expires_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "browser_sessions_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "browser_sessions_tenant_id_check" CHECK ("tenant_id" <> ''),
    -- Neither the cookie's secret nor a token can be stored by mistake.
    CONSTRAINT "browser_sessions_secret_hash_form" CHECK ("secret_hash" ~ '^sha256:[A-Za-z0-9_-]{43}$'),
    CONSTRAINT "browser_sessions_log_in_hash_form" CHECK ("log_in_hash" ~ '^sha256:[A-Za-z0-9_-]{43}$'),
    CONSTRAINT "browser_sessions_tokens_sealed" CHECK ("tokens" ~ '^[a-z0-9-]{1,16}\.[A-Za-z0-9_-]{38,}$'),
    CONSTRAINT "browser_sessions_device_sealed" CHECK ("device" ~ '^[a-z0-9-]{1,16}\.[A-Za-z0-9_-]{38,}$')
);

-- CreateIndex
CREATE UNIQUE INDEX "browser_sessions_secret_hash_key" ON "browser_sessions"("secret_hash");

-- CreateIndex: while it lasts, the answer that made a session makes no second one.
CREATE UNIQUE INDEX "browser_sessions_log_in_hash_key" ON "browser_sessions"("log_in_hash");

-- CreateIndex
CREATE INDEX "browser_sessions_tenant_id_subject_idx" ON "browser_sessions"("tenant_id", "subject");

-- CreateIndex
CREATE INDEX "browser_sessions_tenant_id_family_idx" ON "browser_sessions"("tenant_id", "family");

ALTER TABLE "browser_sessions" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "browser_sessions" FORCE ROW LEVEL SECURITY;

CREATE POLICY "tenant_isolation" ON "browser_sessions"
    USING ("tenant_id" = nullif(current_setting('app.tenant_id', true), ''))
    WITH CHECK ("tenant_id" = nullif(current_setting('app.tenant_id', true), ''));

-- A browser sends a secret and does not say whose it is. Whoever knows the hash of a secret
-- finds its one row, to read; for everything else the tenant must be known.
CREATE POLICY "holder_of_the_secret" ON "browser_sessions"
    FOR SELECT USING ("secret_hash" = nullif(current_setting('app.reference', true), ''));

-- An ended session belongs to nobody: the application may remove it without being its tenant, but
-- not look at it. Only a DELETE without a condition sees these rows.
CREATE POLICY "ended_sessions_may_be_removed" ON "browser_sessions"
    FOR DELETE TO "secure_api_application" USING ("expires_at" < now() OR "idle_expires_at" < now());

-- Whose session it is, and what it is found by, never changes.
GRANT SELECT, INSERT, DELETE ON "browser_sessions" TO "secure_api_application";
GRANT UPDATE ("tokens", "renewals", "renewing_until", "last_used_at", "idle_expires_at")
    ON "browser_sessions" TO "secure_api_application";

CREATE POLICY "key_rotation_reaches_all_tenants" ON "browser_sessions"
    TO "secure_api_key_rotation" USING (true) WITH CHECK (true);
GRANT SELECT ("id", "tenant_id", "tokens", "device"), UPDATE ("tokens", "device")
    ON "browser_sessions" TO "secure_api_key_rotation";
