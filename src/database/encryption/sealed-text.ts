import { decrypt, encrypt } from '../../platform/crypto/authenticated-encryption.js';
import type { KeyRing } from '../../platform/crypto/key-ring.js';

/** Where a value is stored. Sealed for one place, it does not open in any other. */
export interface FieldPlace {
  readonly tenantId: string;
  readonly table: string;
  readonly column: string;
  readonly rowId: string;
}

/** `<key id>.<nonce, ciphertext and tag in base64url>`; the CHECK of each sealed column says the same. */
const SEALED = /^(?<keyId>[a-z0-9-]{1,16})\.(?<bytes>[A-Za-z0-9_-]{38,})$/;

/** Encrypts `text` under the ring's current key, bound to its place. */
export function sealText(text: string, place: FieldPlace, { current }: KeyRing): string {
  return `${current.id}.${encrypt(text, nameOf(place), current.key).toString('base64url')}`;
}

/**
 * Decrypts what `sealText` made for the same place.
 * @returns undefined for anything else: changed, moved, under a key that the ring lacks, or not sealed
 */
export function openText(sealed: string, place: FieldPlace, ring: KeyRing): string | undefined {
  const { keyId = '', bytes = '' } = SEALED.exec(sealed)?.groups ?? {};
  const key = ring.find(keyId);
  return key && decrypt(Buffer.from(bytes, 'base64url'), nameOf(place), key);
}

/** Whether the text has the form of a sealed one, under whatever key. */
export function isSealed(text: string): boolean {
  return SEALED.test(text);
}

/** Written so that no two places have the same name, whatever characters they contain. */
function nameOf({ tenantId, table, column, rowId }: FieldPlace): string {
  return JSON.stringify([tenantId, table, column, rowId]);
}
