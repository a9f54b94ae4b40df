-- CreateEnum
CREATE TYPE "customer_status" AS ENUM ('lead', 'active', 'suspended', 'closed');

-- CreateTable
CREATE TABLE "customers" (
    "id" UUID NOT NULL,
    "tenant_id" VARCHAR(128) NOT NULL,
    "given_name" VARCHAR(100) NOT NULL,
    "family_name" VARCHAR(100) NOT NULL,
    "email" VARCHAR(254) NOT NULL,
    "phone" VARCHAR(16),
    "tax_id" VARCHAR(32),
    "status" "customer_status" NOT NULL DEFAULT 'active',
    "notes" VARCHAR(2000),
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "customers_pkey" PRIMARY KEY ("id"),
    -- The empty string is what a session without a tenant compares with: no row may own it.
    CONSTRAINT "customers_tenant_id_check" CHECK ("tenant_id" <> '')
);

-- CreateIndex
CREATE INDEX "customers_tenant_id_created_at_id_idx" ON "customers"("tenant_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "customers_tenant_id_family_name_id_idx" ON "customers"("tenant_id", "family_name", "id");

-- CreateIndex
CREATE UNIQUE INDEX "customers_tenant_id_email_key" ON "customers"("tenant_id", "email");

-- Row-level security: forced, so that not even the table's owner reads across tenants.
-- Without app.tenant_id the comparison is with null and no row is visible or writable.
-- A pooled session answers '' after a transaction-local setting ended, hence nullif.
ALTER TABLE "customers" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "customers" FORCE ROW LEVEL SECURITY;

CREATE POLICY "tenant_isolation" ON "customers"
    USING ("tenant_id" = nullif(current_setting('app.tenant_id', true), ''))
    WITH CHECK ("tenant_id" = nullif(current_setting('app.tenant_id', true), ''));

CREATE POLICY "reporting_reads_all_tenants" ON "customers"
    FOR SELECT TO "secure_api_reporting" USING (true);

-- Least privilege: the verbs that the application needs; for reports no personal data.
GRANT SELECT, INSERT, UPDATE, DELETE ON "customers" TO "secure_api_application";
GRANT SELECT ("id", "tenant_id", "status", "version", "created_at", "updated_at")
    ON "customers" TO "secure_api_reporting";
