import type { Circumstances } from '../http/request/circumstances.js';

/** One field of a request that broke a rule. The value is left out on purpose: it may be anything. */
export interface Violation {
  readonly field: string;
  readonly rules: readonly string[];
}

/** What a browser says about a forbidden load: closed words and parts of URLs that no person typed. */
export interface PolicyViolation {
  readonly directive: string;
  readonly disposition: string;
  /** The origin that was to be loaded, or the kind of code that was to run. */
  readonly blocked: string;
  /** Path of the page. */
  readonly page: string;
}

/** Why a session ended. */
export type SessionEnd =
  | 'log_out'
  | 'ended_by_owner'
  | 'ended_by_administrator'
  | 'replaced_by_log_in'
  | 'idle'
  | 'lifetime'
  | 'token_reuse'
  | 'no_refresh_token'
  | 'tokens_refused';

/**
 * Every kind of security event and what it says beside the request. Names follow the OWASP
 * Logging Vocabulary; a new event begins with a line here.
 */
export interface SecurityEventDetails {
  /** Somebody logged in at a browser; the event's actor says who. */
  authn_login_success: Readonly<Record<string, never>>;
  /** A credential was presented and refused; the reason is for the operator, the caller never learns it. */
  authn_login_fail: {
    readonly reason: string;
    /** Whom it claims to belong to, without repeating what a stranger typed; null when it claims nobody. */
    readonly account: string | null;
    /** It was never good, as far as anybody knows: neither has it merely expired, nor could we not check it. */
    readonly isGuess: boolean;
  };
  /** A credential crossed the network without TLS: consider it stolen. Names where it stood. */
  authn_credential_exposed: { readonly carriers: readonly string[] };
  /**
   * The issuer refuses a refresh token: somebody has used it besides us, or it was withdrawn there. All
   * sessions of its family were ended.
   */
  authn_token_reuse: { readonly reason: string; readonly sessions: number };
  /** A log-in has made a session. */
  session_created: { readonly sessionId: string };
  /** The tokens of a session were renewed at the issuer. */
  session_renewed: { readonly sessionId: string };
  /** A session ended: by its owner, by an administrator, by time, or because it was no longer to be trusted. */
  session_expired: { readonly sessionId: string; readonly owner: string; readonly reason: SessionEnd };
  /** An API key was made. */
  authn_token_created: { readonly keyId: string; readonly owner: string; readonly scopes: readonly string[] };
  /** An API key got a new secret; the old one is good until then, or not at all. */
  authn_token_rotated: {
    readonly keyId: string;
    readonly owner: string;
    readonly oldSecretUntil: string | null;
  };
  /** An API key is over, by itself or with the key that had made it. */
  authn_token_revoked: { readonly keyId: string };
  /** What an API key is called, from where it may be used, or its plan was changed. */
  authn_token_changed: { readonly keyId: string; readonly changed: readonly string[] };
  /** An API key, or its secret before the last rotation, ends soon; once a day while it is used. */
  api_key_expiring: {
    readonly keyId: string;
    readonly secretKind: 'current' | 'superseded';
    readonly daysLeft: number;
  };
  /** An API key is used unlike before, or after its end. */
  api_key_anomaly: {
    readonly kind: 'dead_key_used' | 'new_network' | 'spike';
    readonly keyId: string;
    readonly detail: string;
  };
  /** Somebody or something authenticated from where it never did before. */
  origin_anomaly: {
    readonly kind: 'new_network' | 'new_country';
    readonly of: 'subject' | 'key';
    readonly id: string;
    readonly detail: string;
  };
  /** Somebody else is told of deprecations now, and so of which keys and clients there are. Never the address. */
  notice_contact_changed: {
    readonly kind: string;
    readonly change: 'created' | 'replaced' | 'removed';
  };
  /** Sensitive fields were shown in the clear: which ones, of what. */
  sensitive_read: {
    readonly resource: string;
    readonly id: string | null;
    readonly fields: readonly string[];
  };
  /** Many things at once were taken away, as a file. */
  data_export: { readonly resource: string; readonly format: string };
  /** A known caller asked for what it may not do. */
  authz_fail: { readonly reason: string };
  /** Input was refused at the boundary. */
  input_validation_fail: { readonly violations: readonly Violation[] };
  /** More was asked for than is granted; once a minute for each caller. */
  excess_rate_limit_exceeded: { readonly limit: string; readonly reason?: string };
  /** A page of a foreign origin asked; once a minute for each address and origin. */
  malicious_cors: { readonly origin: string; readonly reason: string };
  /** A browser reports that a page tried what its policy forbids: an injection, or a page that has changed. */
  csp_violation: PolicyViolation;
  /** Somebody is kept out while an incident lasts and came all the same; once a minute for each containment. */
  containment_refused: { readonly containmentId: string; readonly kind: string };
  /** The server certificate ends soon, and its renewal has not happened; negative once it has ended. */
  sys_certificate_expiry: { readonly daysLeft: number };
  /** Events found no way into the audit trail; they are in the log. */
  audit_events_lost: { readonly count: number; readonly from: string; readonly to: string };
  /** The chain over the audit trail no longer ends where this instance left it: somebody has cut or replaced it. */
  audit_chain_broken: { readonly position: number; readonly reason: 'missing' | 'changed' };
  /** The application takes requests. */
  sys_startup: Readonly<Record<string, never>>;
  /** The application stopped taking requests. */
  sys_shutdown: Readonly<Record<string, never>>;
}

export type SecurityEventName = keyof SecurityEventDetails;

export type Severity = 'info' | 'warn';

/** Whether somebody got what they asked for; of what the system says of itself, whether all is well. */
export type Outcome = 'success' | 'failure';

/** One event, as everybody who listens gets it. */
export type SecurityEvent = {
  [Name in SecurityEventName]: {
    /** Names it in the log, the audit trail and alerts. */
    readonly id: string;
    readonly name: Name;
    readonly at: Date;
    readonly severity: Severity;
    readonly outcome: Outcome;
    /** Null for events of the system itself. */
    readonly circumstances: Circumstances | null;
    readonly details: SecurityEventDetails[Name];
  };
}[SecurityEventName];

interface Kind {
  /** How loud it is: routine, or worth somebody's attention when it repeats. */
  readonly severity: Severity;
  readonly outcome: Outcome;
}

const ROUTINE: Kind = { severity: 'info', outcome: 'success' };
const REFUSED: Kind = { severity: 'warn', outcome: 'failure' };
const NOTABLE: Kind = { severity: 'warn', outcome: 'success' };

export const CATALOGUE: Readonly<Record<SecurityEventName, Kind>> = {
  authn_login_success: ROUTINE,
  authn_login_fail: REFUSED,
  authn_token_reuse: REFUSED,
  authn_token_created: ROUTINE,
  authn_token_rotated: ROUTINE,
  authn_token_revoked: ROUTINE,
  authn_token_changed: ROUTINE,
  api_key_expiring: NOTABLE,
  api_key_anomaly: NOTABLE,
  origin_anomaly: NOTABLE,
  notice_contact_changed: ROUTINE,
  session_created: ROUTINE,
  session_renewed: ROUTINE,
  session_expired: ROUTINE,
  authn_credential_exposed: REFUSED,
  sensitive_read: ROUTINE,
  data_export: ROUTINE,
  authz_fail: REFUSED,
  input_validation_fail: REFUSED,
  excess_rate_limit_exceeded: REFUSED,
  malicious_cors: REFUSED,
  csp_violation: REFUSED,
  containment_refused: REFUSED,
  sys_certificate_expiry: { severity: 'warn', outcome: 'failure' },
  audit_events_lost: { severity: 'warn', outcome: 'failure' },
  audit_chain_broken: { severity: 'warn', outcome: 'failure' },
  sys_startup: NOTABLE,
  sys_shutdown: NOTABLE,
};
