-- Who is kept out while an incident lasts. Apart from the tables of the API: whoever takes the API over can
-- neither lift a containment nor keep somebody else out, and reads no more of it than it must obey.
CREATE SCHEMA "incident";

CREATE TABLE "incident"."containments" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "kind" TEXT NOT NULL,
    -- Null for addresses, which belong to no tenant.
    "tenant_id" VARCHAR(128),
    "value" VARCHAR(255) NOT NULL,
    -- Credentials that were issued before are refused; null refuses all of them.
    "not_before" TIMESTAMPTZ(3),
    "reason" VARCHAR(500) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    "created_by" VARCHAR(200) NOT NULL,
    -- Null: until it is lifted.
    "expires_at" TIMESTAMPTZ(3),
    "lifted_at" TIMESTAMPTZ(3),

    CONSTRAINT "containments_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "containments_kind_check" CHECK ("kind" IN ('subject', 'client', 'api_key', 'address')),
    CONSTRAINT "containments_tenant_check" CHECK (("kind" = 'address') = ("tenant_id" IS NULL)),
    CONSTRAINT "containments_not_empty" CHECK ("value" <> '' AND "tenant_id" <> '' AND "reason" <> ''),
    CONSTRAINT "containments_not_before_check" CHECK ("not_before" IS NULL OR "kind" = 'subject')
);

CREATE INDEX "containments_in_force_idx" ON "incident"."containments" ("created_at") WHERE "lifted_at" IS NULL;

ALTER TABLE "incident"."containments" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "incident"."containments" FORCE ROW LEVEL SECURITY;

GRANT USAGE ON SCHEMA "incident" TO "secure_api_application", "secure_api_incident_response";

-- Whoever was granted it reads all of them: they belong to no tenant of the caller.
CREATE POLICY "containments_are_read" ON "incident"."containments" FOR SELECT USING (true);
GRANT SELECT ("id", "kind", "tenant_id", "value", "not_before", "created_at", "expires_at", "lifted_at")
    ON "incident"."containments" TO "secure_api_application";

CREATE POLICY "incident_response_contains" ON "incident"."containments"
    FOR INSERT TO "secure_api_incident_response" WITH CHECK ("lifted_at" IS NULL);
-- What was lifted stays so: a new containment is a new row with a reason of its own.
CREATE POLICY "incident_response_lifts" ON "incident"."containments"
    FOR UPDATE TO "secure_api_incident_response" USING ("lifted_at" IS NULL) WITH CHECK ("lifted_at" IS NOT NULL);
GRANT SELECT, INSERT ON "incident"."containments" TO "secure_api_incident_response";
GRANT UPDATE ("lifted_at") ON "incident"."containments" TO "secure_api_incident_response";

-- Whose sessions and keys there are, and their end: no token, no hash, no device.
CREATE POLICY "incident_response_reads_all_tenants" ON "browser_sessions"
    FOR SELECT TO "secure_api_incident_response" USING (true);
CREATE POLICY "incident_response_ends_all_tenants" ON "browser_sessions"
    FOR DELETE TO "secure_api_incident_response" USING (true);
GRANT SELECT ("id", "tenant_id", "subject", "created_at", "last_used_at", "idle_expires_at", "expires_at")
    ON "browser_sessions" TO "secure_api_incident_response";
GRANT DELETE ON "browser_sessions" TO "secure_api_incident_response";

CREATE POLICY "incident_response_reads_all_tenants" ON "api_keys"
    FOR SELECT TO "secure_api_incident_response" USING (true);
CREATE POLICY "incident_response_revokes_all_tenants" ON "api_keys"
    FOR UPDATE TO "secure_api_incident_response" USING (true);
-- A key that is over stays so. Restrictive: the policy of the tenants would allow it to whoever names a tenant.
CREATE POLICY "incident_response_revokes_for_good" ON "api_keys" AS RESTRICTIVE
    FOR UPDATE TO "secure_api_incident_response" USING ("revoked_at" IS NULL) WITH CHECK ("revoked_at" IS NOT NULL);
GRANT SELECT ("id", "tenant_id", "owner", "parent_id", "scopes", "is_read_only", "allowed_networks", "created_at",
              "expires_at", "revoked_at", "last_used_at")
    ON "api_keys" TO "secure_api_incident_response";
GRANT UPDATE ("revoked_at") ON "api_keys" TO "secure_api_incident_response";
