-- The access review says who may do what and when they last did: identifiers of the issuer and times, still no name,
-- no hash, no device, and of containments not why.
GRANT SELECT ("owner") ON "api_keys" TO "secure_api_reporting";
CREATE POLICY "reporting_reads_all_tenants" ON "browser_sessions"
    FOR SELECT TO "secure_api_reporting" USING (true);
GRANT SELECT ("tenant_id", "subject", "last_used_at", "idle_expires_at", "expires_at")
    ON "browser_sessions" TO "secure_api_reporting";
GRANT USAGE ON SCHEMA "incident" TO "secure_api_reporting";
GRANT SELECT ("id", "kind", "tenant_id", "value", "created_at", "expires_at", "lifted_at")
    ON "incident"."containments" TO "secure_api_reporting";
