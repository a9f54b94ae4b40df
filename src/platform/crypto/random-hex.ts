import { randomFillSync } from 'node:crypto';

/** One call of the system's generator for many numbers: the call costs more than the bytes. */
const POOL_LENGTH = 4096;

const pool = Buffer.alloc(POOL_LENGTH);
let used = POOL_LENGTH;

/** Random bytes in hexadecimal digits, each handed out once. For names, not for secrets: they lie in memory before. */
export function randomHex(bytes: number): string {
  if (used + bytes > POOL_LENGTH) {
    randomFillSync(pool);
    used = 0;
  }
  used += bytes;
  return pool.toString('hex', used - bytes, used);
}
