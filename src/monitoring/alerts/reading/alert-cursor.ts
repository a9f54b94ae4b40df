import { Injectable } from '@nestjs/common';
import { DerivedKeys } from '../../../platform/crypto/derived-keys.js';
import { openToken, sealToken } from '../../../platform/crypto/sealed-token.js';
import { ValidationFailure } from '../../../validation/boundary/validation-failure.js';
import type { AlertFilter, AlertPosition } from '../alerts.repository.js';

/** Where a page of alerts begins; sealed, and good for one tenant's list only. */
@Injectable()
export class AlertCursor {
  private readonly secret: Buffer;

  constructor(derivedKeys: DerivedKeys) {
    this.secret = derivedKeys.keyFor('monitoring/alerts-cursor');
  }

  write({ raisedAt, id }: AlertPosition, tenantId: string, filter: AlertFilter): string {
    return sealToken([raisedAt.getTime(), id], [tenantId, filter], this.secret);
  }

  /** @throws ValidationFailure for anything that was not made for this list */
  read(cursor: string, tenantId: string, filter: AlertFilter): AlertPosition {
    const position = openToken(cursor, [tenantId, filter], this.secret) as [number, string] | undefined;
    if (!position) {
      const messages = ['the cursor is not one of this list'];
      throw new ValidationFailure([{ field: 'cursor', in: 'query', rules: ['isCursor'], messages }]);
    }
    return { raisedAt: new Date(position[0]), id: position[1] };
  }
}
