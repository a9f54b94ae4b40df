const MAX_STATEMENTS = 256;

/**
 * Names for the statements that each connection prepares once and then only binds (P9.1).
 * Bounded: texts that vary without end stay unnamed, or every variant would stay in the
 * memory of every connection.
 */
export class PreparedStatementNames {
  private readonly names = new Map<string, string>();

  /** The name of a statement, or the empty name, which PostgreSQL does not keep. */
  nameOf(sql: string): string {
    const known = this.names.get(sql);
    if (known !== undefined) {
      return known;
    }
    if (this.names.size >= MAX_STATEMENTS) {
      return '';
    }
    const name = `statement_${this.names.size}`;
    this.names.set(sql, name);
    return name;
  }
}
