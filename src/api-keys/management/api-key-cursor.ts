import { Injectable } from '@nestjs/common';
import { DerivedKeys } from '../../platform/crypto/derived-keys.js';
import { openToken, sealToken } from '../../platform/crypto/sealed-token.js';
import { ValidationFailure } from '../../validation/boundary/validation-failure.js';
import type { KeyFilter, KeyPosition } from '../api-keys.repository.js';

/** Where a page of keys begins; sealed, and good for one caller's list only. */
@Injectable()
export class ApiKeyCursor {
  private readonly secret: Buffer;

  constructor(derivedKeys: DerivedKeys) {
    this.secret = derivedKeys.keyFor('api-keys/page-cursor');
  }

  write({ createdAt, id }: KeyPosition, tenantId: string, filter: KeyFilter): string {
    return sealToken([createdAt.getTime(), id], [tenantId, filter], this.secret);
  }

  /** @throws ValidationFailure for anything that was not made for this list */
  read(cursor: string, tenantId: string, filter: KeyFilter): KeyPosition {
    const position = openToken(cursor, [tenantId, filter], this.secret) as [number, string] | undefined;
    if (!position) {
      const messages = ['the cursor is not one of this list'];
      throw new ValidationFailure([{ field: 'cursor', in: 'query', rules: ['isCursor'], messages }]);
    }
    return { createdAt: new Date(position[0]), id: position[1] };
  }
}
