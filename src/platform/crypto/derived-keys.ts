import { hkdfSync } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { CryptoConfig } from './crypto.config.js';

const KEY_BYTES = 32;

/** Derives one independent key per purpose from the application secret (HKDF, RFC 5869). */
@Injectable()
export class DerivedKeys {
  constructor(private readonly config: CryptoConfig) {}

  /** The key for `purpose`: always the same 256 bits, which tell nothing about any other purpose's. */
  keyFor(purpose: string): Buffer {
    return Buffer.from(hkdfSync('sha256', this.config.applicationSecret, '', purpose, KEY_BYTES));
  }
}
