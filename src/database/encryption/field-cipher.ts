import { Injectable } from '@nestjs/common';
import { blindIndex, blindIndexes, type IndexSpace } from './blind-index.js';
import {
  ENCRYPTED_TABLES,
  type EncryptedTable,
  type IndexedColumn,
  type SealedColumn,
} from './encrypted-tables.js';
import { EncryptionConfig } from './encryption.config.js';
import { openText, sealText, type FieldPlace } from './sealed-text.js';

/** The row that a value belongs to. */
export interface RowPlace {
  readonly tenantId: string;
  readonly rowId: string;
}

/** Seals and opens the values of encrypted columns. Only repositories use it: nothing else sees a cipher. */
@Injectable()
export class FieldCipher {
  constructor(private readonly config: EncryptionConfig) {}

  /** What may be stored in the column of that row. Null stays null: an absent value has nothing to hide. */
  seal(text: string | null, column: SealedColumn, row: RowPlace): string | null {
    return text === null ? null : sealText(text, placeOf(column, row), this.config.encryptionKeys);
  }

  /** @throws Error for a value that was not sealed for this column of this row, or under an unknown key */
  open(sealed: string | null, column: SealedColumn, row: RowPlace): string | null {
    if (sealed === null) {
      return null;
    }
    const text = openText(sealed, placeOf(column, row), this.config.encryptionKeys);
    if (text === undefined) {
      throw new Error(`a value of ${column} does not open: it was changed, moved, or its key is missing`);
    }
    return text;
  }

  /** What is stored beside the sealed value, so that equal values can be found. */
  index(text: string | null, column: IndexedColumn, tenantId: string): string | null {
    return text === null
      ? null
      : blindIndex(normalized(text, column), spaceOf(column, tenantId), this.config.indexKeys);
  }

  /** Every index under which an equal value may be stored: one per key, since a rotation may be under way. */
  indexes(text: string, column: IndexedColumn, tenantId: string): string[] {
    return blindIndexes(normalized(text, column), spaceOf(column, tenantId), this.config.indexKeys);
  }
}

function placeOf(column: SealedColumn, { tenantId, rowId }: RowPlace): FieldPlace {
  return { ...spaceOf(column, tenantId), rowId };
}

function spaceOf(name: SealedColumn, tenantId: string): IndexSpace {
  const [table = '', column = ''] = name.split('.');
  return { tenantId, table, column };
}

function normalized(text: string, name: IndexedColumn): string {
  const { table, column } = spaceOf(name, '');
  const { indexed }: EncryptedTable = ENCRYPTED_TABLES[table as keyof typeof ENCRYPTED_TABLES];
  return indexed[column]?.normalize(text) ?? text;
}
