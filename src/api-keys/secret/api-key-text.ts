import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { toBase62 } from './base62.js';

/** What a key is for; a key of a test system opens nothing in production. */
export type KeyEnvironment = 'live' | 'test';

/** The parts of a key as its holder has it. */
export interface PresentedKey {
  readonly environment: KeyEnvironment;
  readonly id: string;
  readonly secret: string;
}

const ID_BYTES = 16;
const ID_LENGTH = 22;
const SECRET_BYTES = 32;
const SECRET_LENGTH = 43;
const CHECKSUM_LENGTH = 6;

/**
 * `sar_<environment>_<id>_<secret><checksum>`: a prefix that scanners know, and a checksum (CRC-32)
 * with which they and we tell a key from something that looks like one, without asking anybody.
 */
const FORM =
  /^sar_(?<environment>live|test)_(?<id>[0-9A-Za-z]{22})_(?<secret>[0-9A-Za-z]{43})(?<checksum>[0-9A-Za-z]{6})$/;

export function newKeyId(): string {
  return toBase62(randomBytes(ID_BYTES), ID_LENGTH);
}

/** 256 random bits. */
export function newSecret(): string {
  return toBase62(randomBytes(SECRET_BYTES), SECRET_LENGTH);
}

export function writeKey({ environment, id, secret }: PresentedKey): string {
  const body = `sar_${environment}_${id}_${secret}`;
  return body + checksumOf(body);
}

/** The parts of a key, or undefined for anything else: a typing error in any one character included. */
export function readKey(text: string): PresentedKey | undefined {
  const parts = FORM.exec(text)?.groups;
  if (!parts) {
    return undefined;
  }
  const { environment, id = '', secret = '', checksum } = parts;
  const isWhole = checksum === checksumOf(text.slice(0, -CHECKSUM_LENGTH));
  return isWhole ? { environment: environment as KeyEnvironment, id, secret } : undefined;
}

function checksumOf(body: string): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(body));
  return toBase62(bytes, CHECKSUM_LENGTH);
}
