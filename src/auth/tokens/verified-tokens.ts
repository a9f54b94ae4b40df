import { hash, type KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { SigningKeys } from './signing-keys.js';
import type { SignedToken } from './verify-access-token.js';

const MAX_TOKENS = 10_000;

interface Entry {
  readonly token: SignedToken;
  readonly keyId: string;
  readonly key: KeyObject;
}

/**
 * Remembers that the signature of a byte-identical token was good, which saves the arithmetic
 * and nothing else: expiry and all other claims are looked at on every request, and an entry
 * counts only while the issuer still publishes the very key that verified it.
 */
@Injectable()
export class VerifiedTokens {
  private readonly entries = new LRUCache<string, Entry>({ max: MAX_TOKENS });

  constructor(private readonly keys: SigningKeys) {}

  find(token: string): SignedToken | undefined {
    const entry = this.entries.get(digestOf(token));
    return entry && this.keys.peek(entry.keyId)?.key === entry.key ? entry.token : undefined;
  }

  remember(token: string, verified: SignedToken): void {
    const keyId = verified.header['kid'] as string;
    const key = this.keys.peek(keyId)?.key;
    if (key) {
      this.entries.set(digestOf(token), { token: verified, keyId, key });
    }
  }
}

/** The digest, not the token: what lies in memory for long should not be a credential. */
function digestOf(token: string): string {
  return hash('sha256', token, 'base64');
}
