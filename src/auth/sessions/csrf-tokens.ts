import { createHmac, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DerivedKeys } from '../../platform/crypto/derived-keys.js';

/**
 * The token that proves a page could read an answer of this API to its own session (OWASP
 * Cross-Site Request Forgery Prevention, signed double-submit): a keyed hash of the session's
 * secret. It is stored nowhere, ends with the session, and tells nothing about the secret.
 */
@Injectable()
export class CsrfTokens {
  private readonly key: Buffer;

  constructor(derivedKeys: DerivedKeys) {
    this.key = derivedKeys.keyFor('auth/csrf');
  }

  tokenFor(sessionSecret: string): string {
    return createHmac('sha256', this.key).update(sessionSecret).digest('base64url');
  }

  isTokenOf(sessionSecret: string, token: string): boolean {
    const expected = Buffer.from(this.tokenFor(sessionSecret));
    const given = Buffer.from(token);
    return given.length === expected.length && timingSafeEqual(given, expected);
  }
}
