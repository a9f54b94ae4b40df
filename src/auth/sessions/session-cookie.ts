import { createHash, randomBytes } from 'node:crypto';

/** The cookie that is all a browser has of a session. */
export const SESSION_COOKIE = 'session';

const SECRET_BYTES = 32;
const SECRET = /^[A-Za-z0-9_-]{43}$/;

/** 256 random bits: nobody guesses one, so that a plain hash is enough to find it by. */
export function newSessionSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

export function isSessionSecret(text: string): boolean {
  return SECRET.test(text);
}

/** What is stored instead of a secret of 256 random bits. */
export function hashOf(secret: string): string {
  return `sha256:${createHash('sha256').update(secret).digest('base64url')}`;
}
