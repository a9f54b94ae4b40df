/** One field of a request that broke a rule. The value is left out on purpose: it may be anything. */
export interface Violation {
  readonly field: string;
  readonly rules: readonly string[];
}

/**
 * Every kind of security event and what it says beside the request. Names follow the OWASP
 * Logging Vocabulary; a new event begins with a line here.
 */
export interface SecurityEventDetails {
  /** A credential was presented and refused; the reason is for the operator, the caller never learns it. */
  authn_login_fail: { readonly reason: string };
  /** A known caller asked for what it may not do. */
  authz_fail: { readonly reason: string };
  /** Input was refused at the boundary. */
  input_validation_fail: { readonly violations: readonly Violation[] };
  /** More was asked for than is granted; once a minute for each caller. */
  excess_rate_limit_exceeded: { readonly limit: string; readonly reason?: string };
  /** The application takes requests. */
  sys_startup: Readonly<Record<string, never>>;
  /** The application stopped taking requests. */
  sys_shutdown: Readonly<Record<string, never>>;
}

export type SecurityEventName = keyof SecurityEventDetails;

export type Severity = 'info' | 'warn';

/** How loud each event is: routine, or worth somebody's attention when it repeats. */
export const SEVERITY: Readonly<Record<SecurityEventName, Severity>> = {
  authn_login_fail: 'warn',
  authz_fail: 'warn',
  input_validation_fail: 'warn',
  excess_rate_limit_exceeded: 'warn',
  sys_startup: 'warn',
  sys_shutdown: 'warn',
};
