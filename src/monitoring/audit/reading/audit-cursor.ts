import { Injectable } from '@nestjs/common';
import { DerivedKeys } from '../../../platform/crypto/derived-keys.js';
import { openToken, sealToken } from '../../../platform/crypto/sealed-token.js';
import { ValidationFailure } from '../../../validation/boundary/validation-failure.js';
import type { AuditFilter } from './audit-events.repository.js';

/** Where a page of the trail begins; sealed, and good for one tenant's list only. */
@Injectable()
export class AuditCursor {
  private readonly secret: Buffer;

  constructor(derivedKeys: DerivedKeys) {
    this.secret = derivedKeys.keyFor('monitoring/audit-cursor');
  }

  write(id: string, tenantId: string, filter: AuditFilter): string {
    return sealToken([id], [tenantId, filter], this.secret);
  }

  /** @throws ValidationFailure for anything that was not made for this list */
  read(cursor: string, tenantId: string, filter: AuditFilter): string {
    const [id] = (openToken(cursor, [tenantId, filter], this.secret) ?? []) as [string?];
    if (id === undefined) {
      const messages = ['the cursor is not one of this list'];
      throw new ValidationFailure([{ field: 'cursor', in: 'query', rules: ['isCursor'], messages }]);
    }
    return id;
  }
}
