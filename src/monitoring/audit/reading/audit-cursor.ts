import { Injectable } from '@nestjs/common';
import { DerivedKeys } from '../../../platform/crypto/derived-keys.js';
import { ListCursor } from '../../../validation/boundary/list-cursor.js';
import type { AuditFilter } from './audit-events.repository.js';

/** Where a page of the trail begins; good for one tenant's list with the same filters. */
@Injectable()
export class AuditCursor {
  private readonly cursor: ListCursor<readonly [id: string]>;

  constructor(derivedKeys: DerivedKeys) {
    this.cursor = new ListCursor(derivedKeys, 'monitoring/audit-cursor');
  }

  write(id: string, tenantId: string, filter: AuditFilter): string {
    return this.cursor.write([id], [tenantId, filter]);
  }

  /** @throws ValidationFailure for anything that was not made for this list */
  read(cursor: string, tenantId: string, filter: AuditFilter): string {
    return this.cursor.read(cursor, [tenantId, filter])[0];
  }
}
