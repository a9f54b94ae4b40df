import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { KeyRing } from '../../platform/crypto/key-ring.js';
import { isSealed, openText, sealText } from './sealed-text.js';

const [OLD, NEW] = ['old', 'new'].map((id) => `${id}:${randomBytes(32).toString('base64')}`);
const RING = new KeyRing(`${NEW},${OLD}`);
const PLACE = { tenantId: 'acme', table: 'customers', column: 'notes', rowId: 'row-1' };

describe('sealed text', () => {
  it.each(['', 'a', 'Größe 👩‍💻', 'x'.repeat(10_000), 'new.AAAA', '\n\t'])('gives back %j', (text) => {
    const sealed = sealText(text, PLACE, RING);

    expect(openText(sealed, PLACE, RING)).toBe(text);
    expect(isSealed(sealed)).toBe(true);
  });

  it('is another one each time, and names the current key', () => {
    const sealed = Array.from({ length: 100 }, () => sealText('same', PLACE, RING));

    expect(new Set(sealed).size).toBe(100);
    expect(sealed.filter((one) => !one.startsWith('new.'))).toEqual([]);
  });

  it('never repeats a nonce', () => {
    const nonces = Array.from({ length: 10_000 }, () =>
      Buffer.from(sealText('', PLACE, RING).split('.')[1] ?? '', 'base64url')
        .subarray(0, 12)
        .toString('hex'),
    );

    expect(new Set(nonces).size).toBe(nonces.length);
  });

  it.each([
    ['tenant', { tenantId: 'globex' }],
    ['table', { table: 'invoices' }],
    ['column', { column: 'phone' }],
    ['row', { rowId: 'row-2' }],
    ['place with shifted borders', { table: 'customers","notes', column: '' }],
  ])('does not open in another %s', (_what, elsewhere) => {
    expect(openText(sealText('a', PLACE, RING), { ...PLACE, ...elsewhere }, RING)).toBeUndefined();
  });

  it('opens under a key that is no longer current, and not under none', () => {
    const sealed = sealText('a', PLACE, new KeyRing(OLD ?? ''));

    expect(openText(sealed, PLACE, RING)).toBe('a');
    expect(openText(sealed, PLACE, new KeyRing(NEW ?? ''))).toBeUndefined();
  });

  it('does not open under another key of the same id', () => {
    const other = new KeyRing(`new:${randomBytes(32).toString('base64')}`);

    expect(openText(sealText('a', PLACE, other), PLACE, RING)).toBeUndefined();
  });

  it('does not open with any one bit changed', () => {
    const [id, bytes = ''] = sealText('text', PLACE, RING).split('.');
    const raw = Buffer.from(bytes, 'base64url');

    for (let bit = 0; bit < raw.length * 8; bit += 1) {
      const changed = Buffer.from(raw);
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(openText(`${id}.${changed.toString('base64url')}`, PLACE, RING), `bit ${bit}`).toBeUndefined();
    }
  });

  it.each([
    '',
    'plain text',
    'new.',
    'new.short',
    '.AAAA',
    `unknown.${'A'.repeat(40)}`,
    `new.${'A'.repeat(40)}`,
    `new.${'!'.repeat(40)}`,
  ])('is not found in %j', (text) => {
    expect(openText(text, PLACE, RING)).toBeUndefined();
  });
});
