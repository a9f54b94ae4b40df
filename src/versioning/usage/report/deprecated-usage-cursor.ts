import { Injectable } from '@nestjs/common';
import { DerivedKeys } from '../../../platform/crypto/derived-keys.js';
import { ListCursor } from '../../../validation/boundary/list-cursor.js';
import type { UsageFilter, UsagePosition } from '../deprecated-usage.repository.js';

/** Where a page of the report begins; good for one tenant's report with the same filters only. */
@Injectable()
export class DeprecatedUsageCursor {
  private readonly cursor: ListCursor<readonly [day: string, id: string]>;

  constructor(derivedKeys: DerivedKeys) {
    this.cursor = new ListCursor(derivedKeys, 'deprecated-usage/page-cursor');
  }

  write({ day, id }: UsagePosition, tenantId: string, filter: UsageFilter): string {
    return this.cursor.write([day, id], contextOf(tenantId, filter));
  }

  /** @throws ValidationFailure for anything that was not made for this report */
  read(cursor: string, tenantId: string, filter: UsageFilter): UsagePosition {
    const [day, id] = this.cursor.read(cursor, contextOf(tenantId, filter));
    return { day, id };
  }
}

function contextOf(tenantId: string, filter: UsageFilter): unknown {
  const { from, to, version, keyId, clientId, subject } = filter;
  return [tenantId, from, to, version, keyId, clientId, subject];
}
