import type { DerivedKeys } from '../../platform/crypto/derived-keys.js';
import { openToken, sealToken } from '../../platform/crypto/sealed-token.js';
import { ValidationFailure } from './validation-failure.js';

/**
 * Where a page of a list begins: encrypted, because it ends up in logs of URLs; authenticated, because it would
 * otherwise be a second, unvalidated way to put values into a query; and good for one list only.
 */
export class ListCursor<Position extends readonly (string | number)[]> {
  private readonly secret: Buffer;

  /** @param purpose no two kinds of list have the same */
  constructor(derivedKeys: DerivedKeys, purpose: string) {
    this.secret = derivedKeys.keyFor(purpose);
  }

  /** @param list whose it is, and with which filters */
  write(position: Position, list: unknown): string {
    return sealToken(position, list, this.secret);
  }

  /** @throws ValidationFailure for anything that was not made for this list */
  read(cursor: string, list: unknown): Position {
    const position = openToken(cursor, list, this.secret) as Position | undefined;
    if (!position) {
      const messages = ['the cursor is not one of this list'];
      throw new ValidationFailure([{ field: 'cursor', in: 'query', rules: ['isCursor'], messages }]);
    }
    return position;
  }
}
