import { Injectable } from '@nestjs/common';
import { DerivedKeys } from '../../../platform/crypto/derived-keys.js';
import { openToken, sealToken } from '../../../platform/crypto/sealed-token.js';
import { ValidationFailure } from '../../../validation/boundary/validation-failure.js';
import type { UsageFilter, UsagePosition } from '../deprecated-usage.repository.js';

/** Where a page of the report begins; sealed, and good for one tenant's report with the same filters only. */
@Injectable()
export class DeprecatedUsageCursor {
  private readonly secret: Buffer;

  constructor(derivedKeys: DerivedKeys) {
    this.secret = derivedKeys.keyFor('deprecated-usage/page-cursor');
  }

  write({ day, id }: UsagePosition, tenantId: string, filter: UsageFilter): string {
    return sealToken([day, id], contextOf(tenantId, filter), this.secret);
  }

  /** @throws ValidationFailure for anything that was not made for this report */
  read(cursor: string, tenantId: string, filter: UsageFilter): UsagePosition {
    const position = openToken(cursor, contextOf(tenantId, filter), this.secret) as
      [day: string, id: string] | undefined;
    if (!position) {
      const messages = ['the cursor is not one of this list'];
      throw new ValidationFailure([{ field: 'cursor', in: 'query', rules: ['isCursor'], messages }]);
    }
    const [day, id] = position;
    return { day, id };
  }
}

function contextOf(tenantId: string, filter: UsageFilter): unknown {
  const { from, to, version, keyId, clientId, subject } = filter;
  return [tenantId, from, to, version, keyId, clientId, subject];
}
