/** No connection to be had, or the one in use broke: not the statement's fault. */
export class DatabaseUnreachable extends Error {
  constructor(cause: unknown) {
    super('the database cannot be reached', { cause });
  }
}
