/** Whose action it is, and why: both stand in the audit trail. */
interface Responsibility {
  readonly by: string;
  readonly reason: string;
}

/** What an operator wants done, checked word by word. */
export type IncidentOrder =
  | (Responsibility & {
      readonly verb: 'contain';
      readonly tenant: string;
      readonly subject: string;
      /** Also what is issued later is refused, until the containment is lifted. */
      readonly isSuspended: boolean;
    })
  | (Responsibility & { readonly verb: 'contain-client'; readonly tenant: string; readonly client: string })
  | (Responsibility & { readonly verb: 'revoke-key'; readonly keyId: string })
  | (Responsibility & {
      readonly verb: 'block';
      readonly network: string;
      /** Null: until it is lifted. */
      readonly forMinutes: number | null;
    })
  | (Responsibility & { readonly verb: 'lift'; readonly containmentId: string });

/** What was done, in numbers. */
export interface IncidentReport {
  readonly containments: readonly string[];
  readonly sessionsEnded: number;
  readonly keysRevoked: readonly string[];
  readonly lifted: number;
}

export const NOTHING_DONE: IncidentReport = {
  containments: [],
  sessionsEnded: 0,
  keysRevoked: [],
  lifted: 0,
};
