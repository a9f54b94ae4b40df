/** The role of a connection could change or go around what protects the rows. */
export class ExcessivePrivilege extends Error {
  /** @param powers what the role has and must not have, in PostgreSQL's words */
  constructor(powers: readonly string[]) {
    super(
      `DATABASE_URL connects as a role that can do too much (${powers.join(', ')}); use secure_api_application`,
    );
  }
}
