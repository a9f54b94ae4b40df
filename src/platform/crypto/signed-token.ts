import { createHmac, timingSafeEqual } from 'node:crypto';

const MAC_BYTES = 16;

/** Packs `value` into URL-safe text that only holders of `key` can make; it is readable, not secret. */
export function signToken(value: unknown, key: Buffer): string {
  const payload = Buffer.from(JSON.stringify(value));
  return Buffer.concat([macOf(payload, key), payload]).toString('base64url');
}

/** The value inside a token that `signToken` made with the same key, or `undefined` for any other text. */
export function openToken(token: string, key: Buffer): unknown {
  const bytes = Buffer.from(token, 'base64url');
  // Node decodes base64url leniently; only the one spelling that we produce counts.
  if (bytes.length <= MAC_BYTES || bytes.toString('base64url') !== token) {
    return undefined;
  }
  const payload = bytes.subarray(MAC_BYTES);
  return timingSafeEqual(bytes.subarray(0, MAC_BYTES), macOf(payload, key))
    ? JSON.parse(payload.toString())
    : undefined;
}

function macOf(payload: Buffer, key: Buffer): Buffer {
  return createHmac('sha256', key).update(payload).digest().subarray(0, MAC_BYTES);
}
