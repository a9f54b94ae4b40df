/** No connection to be had, or the one in use broke: not the statement's fault. */
export class DatabaseUnreachable extends Error {
  /** The reason goes to the log with it: a refused certificate looks like an outage to everybody else. */
  constructor(cause: unknown) {
    super(`the database cannot be reached: ${cause instanceof Error ? cause.message : 'unknown'}`, { cause });
  }
}
