import { Injectable } from '@nestjs/common';
import { DerivedKeys } from '../../platform/crypto/derived-keys.js';
import { ListCursor } from '../../validation/boundary/list-cursor.js';
import type { KeyFilter, KeyPosition } from '../api-keys.repository.js';

/** Where a page of keys begins; good for one caller's list only. */
@Injectable()
export class ApiKeyCursor {
  private readonly cursor: ListCursor<readonly [createdAt: number, id: string]>;

  constructor(derivedKeys: DerivedKeys) {
    this.cursor = new ListCursor(derivedKeys, 'api-keys/page-cursor');
  }

  write({ createdAt, id }: KeyPosition, tenantId: string, filter: KeyFilter): string {
    return this.cursor.write([createdAt.getTime(), id], [tenantId, filter]);
  }

  /** @throws ValidationFailure for anything that was not made for this list */
  read(cursor: string, tenantId: string, filter: KeyFilter): KeyPosition {
    const [createdAt, id] = this.cursor.read(cursor, [tenantId, filter]);
    return { createdAt: new Date(createdAt), id };
  }
}
