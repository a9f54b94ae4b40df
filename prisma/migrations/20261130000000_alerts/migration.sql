-- CreateTable: what somebody should have looked at.
CREATE TABLE "alerts" (
    "id" UUID NOT NULL,
    "tenant_id" VARCHAR(128) NOT NULL,
    "rule" VARCHAR(64) NOT NULL,
    "severity" VARCHAR(16) NOT NULL,
    "about" VARCHAR(400) NOT NULL,
    "count" INTEGER NOT NULL,
    "window_seconds" INTEGER NOT NULL,
    "event_ids" UUID[],
    "raised_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "alerts_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "alerts_tenant_id_check" CHECK ("tenant_id" <> ''),
    CONSTRAINT "alerts_event_ids_are_there" CHECK ("event_ids" IS NOT NULL)
);

-- CreateIndex
CREATE INDEX "alerts_tenant_id_raised_at_id_idx" ON "alerts"("tenant_id", "raised_at", "id");

-- CreateTable: until when the same is not told again. The id is a hash of rule, tenant and whom it is about.
CREATE TABLE "alert_cooldowns" (
    "id" VARCHAR(43) NOT NULL,
    "ends_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "alert_cooldowns_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "alert_cooldowns_ends_at_idx" ON "alert_cooldowns"("ends_at");

-- CreateTable: from where a subject or an API key was used, to notice when it comes from elsewhere.
CREATE TABLE "known_origins" (
    "tenant_id" VARCHAR(128) NOT NULL,
    "principal" VARCHAR(300) NOT NULL,
    "origin" VARCHAR(60) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "known_origins_pkey" PRIMARY KEY ("tenant_id", "principal", "origin"),
    CONSTRAINT "known_origins_tenant_id_check" CHECK ("tenant_id" <> '')
);

-- CreateIndex
CREATE INDEX "known_origins_expires_at_idx" ON "known_origins"("expires_at");

ALTER TABLE "alerts" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "alerts" FORCE ROW LEVEL SECURITY;
ALTER TABLE "known_origins" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "known_origins" FORCE ROW LEVEL SECURITY;

CREATE POLICY "tenant_isolation" ON "alerts"
    USING ("tenant_id" = nullif(current_setting('app.tenant_id', true), ''))
    WITH CHECK ("tenant_id" = nullif(current_setting('app.tenant_id', true), ''));
CREATE POLICY "tenant_isolation" ON "known_origins"
    USING ("tenant_id" = nullif(current_setting('app.tenant_id', true), ''))
    WITH CHECK ("tenant_id" = nullif(current_setting('app.tenant_id', true), ''));

-- What has expired belongs to nobody: the application may remove it without being its tenant, but not look at it.
CREATE POLICY "expired_origins_may_be_removed" ON "known_origins"
    FOR DELETE TO "secure_api_application" USING ("expires_at" < now());

-- An alert that was raised stays raised.
GRANT SELECT, INSERT ON "alerts" TO "secure_api_application";
GRANT SELECT, INSERT, DELETE ON "alert_cooldowns" TO "secure_api_application";
GRANT UPDATE ("ends_at") ON "alert_cooldowns" TO "secure_api_application";
GRANT SELECT, INSERT, DELETE ON "known_origins" TO "secure_api_application";
GRANT UPDATE ("expires_at") ON "known_origins" TO "secure_api_application";
