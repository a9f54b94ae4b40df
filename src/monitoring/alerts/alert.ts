export const SEVERITIES = ['warning', 'critical'] as const;

/** Look at it today, or now. */
export type AlertSeverity = (typeof SEVERITIES)[number];

/** What somebody should look at. Identifiers only: it leaves the house. */
export interface Alert {
  readonly id: string;
  /** Also the name of its runbook. */
  readonly rule: string;
  readonly title: string;
  readonly severity: AlertSeverity;
  readonly at: Date;
  /** Null for what concerns the operator and no tenant. */
  readonly tenantId: string | null;
  /** A subject, an API key, an address, or the service as a whole. */
  readonly about: string;
  readonly count: number;
  readonly windowSeconds: number;
  /** Where it is written what to do. */
  readonly runbook: string;
  /** Of the security event that was one too many, when it was an event. */
  readonly eventIds: readonly string[];
}
