import { AuditWriter } from '../../src/monitoring/audit/trail/audit-writer.js';
import { Sealer } from '../../src/monitoring/audit/sealing/sealer.js';
import type { CommandOutput } from './encryption.js';
import { runBuilt } from './incidents.js';
import type { TestApp } from './test-app.js';

/** Runs a built command of the audit trail with the auditor's credential. */
export function auditCommand(
  app: Pick<TestApp, 'database' | 'environment'>,
  name: string,
  ...args: string[]
): Promise<CommandOutput> {
  return runBuilt(`dist/monitoring/audit/commands/${name}.js`, args, {
    DATABASE_AUDITOR_URL: app.database.url('auditor'),
    AUDIT_KEYS: app.environment['AUDIT_KEYS'],
  });
}

/** Writes and seals everything that has happened, and gives the end of the chain as the log tells it. */
export async function sealedHead(app: TestApp): Promise<{ position: number; mac: string; text: string }> {
  await app.nest.get(AuditWriter, { strict: false }).flush();
  await app.nest.get(Sealer, { strict: false }).seal();
  const heads = app.log.all.filter((line) => line['auditHead'] !== undefined);
  const last = heads.at(-1) ?? {};
  const { position, mac } = last['auditHead'] as { readonly position: number; readonly mac: string };
  return { position, mac, text: `${position}:${mac}` };
}
