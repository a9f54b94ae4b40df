-- A tenant reads its trail by id, the newest first: a page costs the same however much others have written.
CREATE INDEX "events_tenant_id_id_idx" ON "audit"."events"("tenant_id", "id");
DROP INDEX "audit"."events_tenant_id_recorded_at_id_idx";
