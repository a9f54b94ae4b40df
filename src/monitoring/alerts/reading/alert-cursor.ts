import { Injectable } from '@nestjs/common';
import { DerivedKeys } from '../../../platform/crypto/derived-keys.js';
import { ListCursor } from '../../../validation/boundary/list-cursor.js';
import type { AlertFilter, AlertPosition } from '../alerts.repository.js';

/** Where a page of alerts begins; good for one tenant's list with the same filters. */
@Injectable()
export class AlertCursor {
  private readonly cursor: ListCursor<readonly [raisedAt: number, id: string]>;

  constructor(derivedKeys: DerivedKeys) {
    this.cursor = new ListCursor(derivedKeys, 'monitoring/alerts-cursor');
  }

  write({ raisedAt, id }: AlertPosition, tenantId: string, filter: AlertFilter): string {
    return this.cursor.write([raisedAt.getTime(), id], [tenantId, filter]);
  }

  /** @throws ValidationFailure for anything that was not made for this list */
  read(cursor: string, tenantId: string, filter: AlertFilter): AlertPosition {
    const [raisedAt, id] = this.cursor.read(cursor, [tenantId, filter]);
    return { raisedAt: new Date(raisedAt), id };
  }
}
