import { createCipheriv, createDecipheriv, randomBytes, type KeyObject } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';

/** 96 random bits, made anew each time: NIST SP 800-38D §8.3 allows 2^32 of them under one key. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const OPTIONS = { authTagLength: TAG_BYTES };

/**
 * Encrypts and authenticates a text (AES-256-GCM).
 * @param associatedData not part of the result; decryption must be given the same
 * @returns nonce, ciphertext and tag in one piece
 */
export function encrypt(text: string, associatedData: string, key: KeyObject | Buffer): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, nonce, OPTIONS);
  cipher.setAAD(Buffer.from(associatedData));
  return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
}

/** The text inside, or undefined for bytes that `encrypt` did not make with this key and associated data. */
export function decrypt(bytes: Buffer, associatedData: string, key: KeyObject | Buffer): string | undefined {
  if (bytes.length < NONCE_BYTES + TAG_BYTES) {
    return undefined;
  }
  const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE_BYTES), OPTIONS);
  decipher.setAAD(Buffer.from(associatedData));
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  const text = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
  try {
    // The tag is checked here. Until then the text may be anything, and nobody gets to see it.
    return Buffer.concat([text, decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}
