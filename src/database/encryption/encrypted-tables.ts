/** One table with sealed columns, as the key rotation and the cipher know it. */
export interface EncryptedTable {
  readonly sealed: readonly string[];
  /** By sealed column: where its blind index stands, and how a value is brought into the form that is compared. */
  readonly indexed: Readonly<Record<string, { column: string; normalize: (text: string) => string }>>;
}

/**
 * Every table with encrypted columns. Each of them is `text`, may be null, and has a CHECK in
 * its migration that refuses plaintext; each table has the columns `id` (uuid) and `tenant_id`.
 */
export const ENCRYPTED_TABLES = {
  customers: {
    sealed: ['tax_id', 'phone', 'notes'],
    indexed: { tax_id: { column: 'tax_id_index', normalize: normalizeIdentifier } },
  },
  idempotency_keys: { sealed: ['answer'], indexed: {} },
  browser_sessions: { sealed: ['tokens', 'device'], indexed: {} },
} as const satisfies Record<string, EncryptedTable>;

type Tables = typeof ENCRYPTED_TABLES;

/** `customers.tax_id`, …: how code names a sealed column. */
export type SealedColumn = {
  [T in keyof Tables]: `${T}.${Tables[T]['sealed'][number]}`;
}[keyof Tables];

/** The sealed columns that can be searched for equal values. */
export type IndexedColumn = {
  [T in keyof Tables]: `${T}.${keyof Tables[T]['indexed'] & string}`;
}[keyof Tables];

/** Identifiers are the same whatever separators and letter case somebody typed: `zz 900-1` is `ZZ9001`. */
function normalizeIdentifier(text: string): string {
  return text.toUpperCase().replaceAll(/[ ./-]/g, '');
}
