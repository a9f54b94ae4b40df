import { createHmac } from 'node:crypto';

/** Whose request it is, and what for. The same key of another caller or route is another key. */
export interface KeyOwner {
  readonly tenantId: string;
  readonly subject: string;
  readonly clientId: string | null;
  readonly method: string;
  readonly route: string;
}

/** Printable ASCII without quotation mark and backslash; bare, or as a structured string in quotes (RFC 9651 §3.3.3). */
const HEADER = /^(?<quote>"?)(?<key>[\x21\x23-\x5b\x5d-\x7e]{8,128})\k<quote>$/;

/** The key inside the header, or undefined when the header is malformed. */
export function parseIdempotencyKey(header: string): string | undefined {
  return HEADER.exec(header)?.groups?.['key'];
}

/**
 * Where the answer is stored: a UUID of version 8 (RFC 9562 §5.8) made of a keyed hash, so
 * that the table tells neither the key nor the caller.
 */
export function storedId(idempotencyKey: string, owner: KeyOwner, secret: Buffer): string {
  const { tenantId, subject, clientId, method, route } = owner;
  const mac = macOf([tenantId, subject, clientId, method, route, idempotencyKey], secret);
  mac.writeUInt8((mac.readUInt8(6) & 0x0f) | 0x80, 6);
  mac.writeUInt8((mac.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = mac.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  );
}

/** Tells two requests apart by what they say, whatever the order of members. Keyed, so that no body can be guessed from it. */
export function fingerprintOf(content: unknown, secret: Buffer): string {
  return macOf(content, secret).toString('base64url');
}

function macOf(content: unknown, secret: Buffer): Buffer {
  return createHmac('sha256', secret).update(JSON.stringify(content, sortMembers)).digest();
}

function sortMembers(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return value;
  }
  return Object.fromEntries(Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1)));
}
