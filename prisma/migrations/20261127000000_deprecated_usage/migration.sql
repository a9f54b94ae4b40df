-- CreateTable: who calls what has an announced end, on which day, how often.
CREATE TABLE "deprecated_usage" (
    "id" VARCHAR(43) NOT NULL,
    "tenant_id" VARCHAR(128) NOT NULL,
    "day" DATE NOT NULL,
    "version" TEXT,
    "method" TEXT NOT NULL,
    "route" TEXT NOT NULL,
    "key_id" VARCHAR(22),
    "client_id" VARCHAR(255),
    "subject" VARCHAR(255) NOT NULL,
    "count" BIGINT NOT NULL,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "deprecated_usage_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "deprecated_usage_tenant_id_check" CHECK ("tenant_id" <> ''),
    CONSTRAINT "deprecated_usage_id_form" CHECK ("id" ~ '^[A-Za-z0-9_-]{43}$'),
    CONSTRAINT "deprecated_usage_count_check" CHECK ("count" > 0)
);

-- CreateIndex
CREATE INDEX "deprecated_usage_tenant_id_day_id_idx" ON "deprecated_usage"("tenant_id", "day", "id");

-- CreateIndex
CREATE INDEX "deprecated_usage_expires_at_idx" ON "deprecated_usage"("expires_at");

ALTER TABLE "deprecated_usage" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "deprecated_usage" FORCE ROW LEVEL SECURITY;

CREATE POLICY "tenant_isolation" ON "deprecated_usage"
    USING ("tenant_id" = nullif(current_setting('app.tenant_id', true), ''))
    WITH CHECK ("tenant_id" = nullif(current_setting('app.tenant_id', true), ''));

-- What is older than the retention belongs to nobody: the application may remove it without being its
-- tenant, but not look at it. Only a DELETE without a condition sees these rows.
CREATE POLICY "expired_usage_may_be_removed" ON "deprecated_usage"
    FOR DELETE TO "secure_api_application" USING ("expires_at" < now());

-- Counts grow; who called what, and when, never changes.
GRANT SELECT, INSERT, DELETE ON "deprecated_usage" TO "secure_api_application";
GRANT UPDATE ("count", "last_seen_at") ON "deprecated_usage" TO "secure_api_application";

-- Which tenants and clients still have to move, across all of them; what a person did stays with the tenant, and
-- so does the id, a hash that a guess of the subject could be held against.
CREATE POLICY "reporting_reads_all_tenants" ON "deprecated_usage"
    FOR SELECT TO "secure_api_reporting" USING (true);
GRANT SELECT ("tenant_id", "day", "version", "method", "route", "key_id", "client_id", "count", "last_seen_at")
    ON "deprecated_usage" TO "secure_api_reporting";
