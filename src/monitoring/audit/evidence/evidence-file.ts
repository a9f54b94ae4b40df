import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { KeyRing } from '../../../platform/crypto/key-ring.js';

const DOMAIN = 'audit evidence';

interface Seal {
  readonly count: number;
  /** Over every line before, each with its end. */
  readonly sha256: string;
  readonly keyId: string;
  readonly hmacSha256: string;
}

/**
 * Writes one JSON object in each line, and last a seal over all of them. Never over a file that is there: what
 * was secured once is not replaced by what is left of it later.
 * @returns how many lines stand before the seal
 */
export async function writeEvidence(
  file: string,
  lines: AsyncIterable<object>,
  keys: KeyRing,
): Promise<number> {
  const handle = await open(file, 'wx', 0o600);
  try {
    const hash = createHash('sha256');
    let count = 0;
    for await (const line of lines) {
      const text = `${JSON.stringify(line)}\n`;
      hash.update(text);
      await handle.write(text);
      count += 1;
    }
    const seal = sealOf(count, hash.digest('hex'), keys);
    await handle.write(`${JSON.stringify({ seal })}\n`);
    await handle.sync();
    return count;
  } finally {
    await handle.close();
  }
}

/** Whether the file is as it was written. */
export async function isGenuineEvidence(file: string, keys: KeyRing): Promise<boolean> {
  const hash = createHash('sha256');
  let [count, last] = [-1, ''];
  for await (const line of linesOf(file)) {
    if (count >= 0) {
      hash.update(`${last}\n`, 'latin1');
    }
    [count, last] = [count + 1, line];
  }
  const seal = sealIn(last);
  const key = seal && keys.find(seal.keyId);
  if (!seal || !key || seal.count !== count || seal.sha256 !== hash.digest('hex')) {
    return false;
  }
  const expected = Buffer.from(macOf(seal, key));
  const given = Buffer.from(seal.hmacSha256);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/**
 * Byte by byte, and ended by a line feed alone: whoever writes U+2028 into a reason must not make the evidence
 * worthless, which `node:readline` would split there.
 */
async function* linesOf(file: string): AsyncGenerator<string, void> {
  let rest = '';
  for await (const chunk of createReadStream(file, 'latin1')) {
    const lines = `${rest}${String(chunk)}`.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') {
    yield rest;
  }
}

function sealOf(count: number, sha256: string, keys: KeyRing): Seal {
  const { id: keyId, key } = keys.current;
  return { count, sha256, keyId, hmacSha256: macOf({ count, sha256 }, key) };
}

function macOf(
  { count, sha256 }: Pick<Seal, 'count' | 'sha256'>,
  key: Parameters<typeof createHmac>[1],
): string {
  return createHmac('sha256', key)
    .update(JSON.stringify([DOMAIN, count, sha256]))
    .digest('hex');
}

function sealIn(line: string): Seal | null {
  try {
    const { seal } = JSON.parse(line) as { seal?: Partial<Seal> };
    const isWhole = [seal?.sha256, seal?.keyId, seal?.hmacSha256].every((text) => typeof text === 'string');
    return isWhole ? (seal as Seal) : null;
  } catch {
    return null;
  }
}
