import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { blindIndex, blindIndexes } from './blind-index.js';
import { KeyRing } from '../../platform/crypto/key-ring.js';

const [A, B] = [randomBytes(32), randomBytes(32)].map((key) => key.toString('base64'));

describe('a blind index', () => {
  const space = { tenantId: 'acme', table: 'customers', column: 'tax_id' };
  const ring = new KeyRing(`b:${B},a:${A}`);

  it('is equal for equal values, and says under which key', () => {
    expect(blindIndex('ZZ1', space, ring)).toBe(blindIndex('ZZ1', space, ring));
    expect(blindIndex('ZZ1', space, ring)).toMatch(/^b\.[\w-]{22}$/);
  });

  it.each([
    ['value', 'ZZ2', {}],
    ['tenant', 'ZZ1', { tenantId: 'globex' }],
    ['table', 'ZZ1', { table: 'invoices' }],
    ['column', 'ZZ1', { column: 'phone' }],
  ])('differs with the %s', (_what, value, elsewhere) => {
    expect(blindIndex(value, { ...space, ...elsewhere }, ring)).not.toBe(blindIndex('ZZ1', space, ring));
  });

  it('is looked up under every key, the current one first', () => {
    const indexes = blindIndexes('ZZ1', space, ring);

    expect(indexes).toEqual([
      blindIndex('ZZ1', space, ring),
      blindIndex('ZZ1', space, new KeyRing(`a:${A}`)),
    ]);
  });
});
