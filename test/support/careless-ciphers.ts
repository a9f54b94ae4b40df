import { FieldCipher } from '../../src/database/encryption/field-cipher.js';

/* What a cipher must never become. For counter-proofs only. */

/** Does not encrypt. */
export class TransparentCipher extends FieldCipher {
  override seal(text: string | null): string | null {
    return text;
  }

  override open(sealed: string | null): string | null {
    return sealed;
  }
}

const ANYWHERE = { tenantId: '', rowId: '' };

/** Encrypts well, and binds the result to no place: the usual way. */
export class UnboundCipher extends FieldCipher {
  override seal(text: string | null): string | null {
    return super.seal(text, 'customers.notes', ANYWHERE);
  }

  override open(sealed: string | null): string | null {
    return super.open(sealed, 'customers.notes', ANYWHERE);
  }
}

/** Looks up under the current key alone, as if a rotation took no time. */
export class ForgetfulCipher extends FieldCipher {
  override indexes(...[text, column, tenantId]: Parameters<FieldCipher['indexes']>): string[] {
    return super.indexes(text, column, tenantId).slice(0, 1);
  }
}
