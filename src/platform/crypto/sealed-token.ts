import { decrypt, encrypt } from './authenticated-encryption.js';

/**
 * Packs `value` into URL-safe text that only holders of `key` can read or make.
 * @param context what the token belongs to; it opens in no other
 */
export function sealToken(value: unknown, context: unknown, key: Buffer): string {
  return encrypt(JSON.stringify(value), JSON.stringify(context), key).toString('base64url');
}

/** The value inside a token of this key and context, or `undefined` for any other text. */
export function openToken(token: string, context: unknown, key: Buffer): unknown {
  const bytes = Buffer.from(token, 'base64url');
  // Node decodes base64url leniently; only the one spelling that we produce counts.
  if (bytes.toString('base64url') !== token) {
    return undefined;
  }
  const text = decrypt(bytes, JSON.stringify(context), key);
  return text === undefined ? undefined : JSON.parse(text);
}
