import type { IncidentReport } from './incident-order.js';
import type { ContainmentInForce, Holdings } from './incident-overview.js';

export function describeReport(report: IncidentReport, isDryRun: boolean): string {
  const { containments, sessionsEnded, keysRevoked, lifted } = report;
  return [
    isDryRun ? 'Dry run: nothing was changed. It would have been:' : 'Done.',
    `  sessions ended: ${sessionsEnded}`,
    `  API keys revoked: ${keysRevoked.length}${keysRevoked.map((id) => ` ${id}`).join('')}`,
    `  containments lifted: ${lifted}`,
    `  new containments: ${containments.length}${isDryRun ? '' : containments.map((id) => ` ${id}`).join('')}`,
  ].join('\n');
}

export function describeContainments(containments: readonly ContainmentInForce[]): string {
  return containments.length === 0
    ? 'Nobody is contained.'
    : `Containments in force: ${containments.length}${containments.map(lineOf).join('')}`;
}

export function describeHoldings({ sessions, keys, containments }: Holdings): string {
  return [
    `Sessions: ${sessions.length}`,
    ...sessions.map(
      ({ id, createdAt, lastUsedAt }) => `  ${id} since ${iso(createdAt)}, used ${iso(lastUsedAt)}`,
    ),
    `API keys: ${keys.length}`,
    ...keys.map(
      ({ id, scopes, allowedNetworks, expiresAt, lastUsedAt }) =>
        `  ${id} until ${iso(expiresAt)}, used ${iso(lastUsedAt)}, may ${scopes.join(' ')}, from ${allowedNetworks.join(' ') || 'anywhere'}`,
    ),
    describeContainments(containments),
    'Access tokens of the issuer that are not over yet: not known here.',
  ].join('\n');
}

function lineOf({
  id,
  kind,
  tenant,
  value,
  notBefore,
  expiresAt,
  createdAt,
  createdBy,
  reason,
}: ContainmentInForce) {
  const what = notBefore ? `issued before ${iso(notBefore)}` : 'everything';
  const where = tenant === null ? '' : ` of ${tenant}`;
  return `\n  ${id} ${kind} ${value}${where}: ${what}, until ${expiresAt ? iso(expiresAt) : 'it is lifted'}; ${iso(createdAt)} by ${createdBy}: ${reason}`;
}

function iso(time: Date | null): string {
  return time?.toISOString() ?? 'never';
}
