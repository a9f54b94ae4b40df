-- CreateEnum
CREATE TYPE "notice_contact_kind" AS ENUM ('tenant', 'api_key', 'client', 'subject');

-- CreateTable: who is told when something that a client calls is to end.
CREATE TABLE "notice_contacts" (
    "tenant_id" VARCHAR(128) NOT NULL,
    "kind" "notice_contact_kind" NOT NULL,
    "reference" VARCHAR(255) NOT NULL,
    "email" VARCHAR(254) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "notice_contacts_pkey" PRIMARY KEY ("tenant_id", "kind", "reference"),
    CONSTRAINT "notice_contacts_tenant_id_check" CHECK ("tenant_id" <> ''),
    CONSTRAINT "notice_contacts_reference_check" CHECK (("kind" = 'tenant') = ("reference" = '')),
    -- Whatever gets past the API: one address, which ends no header and begins no other.
    CONSTRAINT "notice_contacts_email_form" CHECK ("email" ~ '^[A-Za-z0-9.!#$%&''*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+$')
);

-- CreateTable: what was told to whom. A row is a claim until it is marked as sent; nobody removes
-- it then, so that nobody is told the same twice.
CREATE TABLE "deprecation_notices" (
    "tenant_id" VARCHAR(128) NOT NULL,
    "version" VARCHAR(16) NOT NULL,
    "stage" VARCHAR(16) NOT NULL,
    "recipient" VARCHAR(254) NOT NULL,
    "claimed_at" TIMESTAMPTZ(3) NOT NULL,
    "sent_at" TIMESTAMPTZ(3),

    CONSTRAINT "deprecation_notices_pkey" PRIMARY KEY ("tenant_id", "version", "stage", "recipient"),
    CONSTRAINT "deprecation_notices_tenant_id_check" CHECK ("tenant_id" <> ''),
    -- One mailbox is one recipient, however somebody has written it.
    CONSTRAINT "deprecation_notices_recipient_form" CHECK ("recipient" = lower("recipient"))
);

ALTER TABLE "notice_contacts" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "notice_contacts" FORCE ROW LEVEL SECURITY;
ALTER TABLE "deprecation_notices" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "deprecation_notices" FORCE ROW LEVEL SECURITY;

CREATE POLICY "tenant_isolation" ON "notice_contacts"
    USING ("tenant_id" = nullif(current_setting('app.tenant_id', true), ''))
    WITH CHECK ("tenant_id" = nullif(current_setting('app.tenant_id', true), ''));
CREATE POLICY "tenant_isolation" ON "deprecation_notices"
    USING ("tenant_id" = nullif(current_setting('app.tenant_id', true), ''))
    WITH CHECK ("tenant_id" = nullif(current_setting('app.tenant_id', true), ''));

GRANT SELECT, INSERT, DELETE ON "notice_contacts" TO "secure_api_application";
GRANT UPDATE ("email", "updated_at") ON "notice_contacts" TO "secure_api_application";

-- The command that sends the notices works for every tenant, and reaches nothing else. The application
-- has no right on what was sent: whoever takes it over cannot make the command silent or loud.
CREATE POLICY "notices_read_all_tenants" ON "deprecated_usage"
    FOR SELECT TO "secure_api_notices" USING (true);
CREATE POLICY "notices_read_all_tenants" ON "notice_contacts"
    FOR SELECT TO "secure_api_notices" USING (true);
CREATE POLICY "notices_read_all_tenants" ON "deprecation_notices"
    FOR SELECT TO "secure_api_notices" USING (true);
CREATE POLICY "notices_claim_for_all_tenants" ON "deprecation_notices"
    FOR INSERT TO "secure_api_notices" WITH CHECK ("sent_at" IS NULL);
-- What was sent stays so: no bug of the command can tell somebody the same again.
CREATE POLICY "notices_mark_what_is_claimed" ON "deprecation_notices"
    FOR UPDATE TO "secure_api_notices" USING ("sent_at" IS NULL) WITH CHECK (true);
CREATE POLICY "notices_give_back_what_is_claimed" ON "deprecation_notices"
    FOR DELETE TO "secure_api_notices" USING ("sent_at" IS NULL);
GRANT SELECT ("tenant_id", "day", "version", "method", "route", "key_id", "client_id", "subject", "count",
              "last_seen_at")
    ON "deprecated_usage" TO "secure_api_notices";
GRANT SELECT ("tenant_id", "kind", "reference", "email") ON "notice_contacts" TO "secure_api_notices";
GRANT SELECT, INSERT, DELETE ON "deprecation_notices" TO "secure_api_notices";
GRANT UPDATE ("claimed_at", "sent_at") ON "deprecation_notices" TO "secure_api_notices";
