import { createHmac } from 'node:crypto';

const NAME_LENGTH = 16;

/**
 * Whom a token that was refused claims to be, for counting guesses at one account: a digest, because the
 * text is a stranger's and must not reach a log. Keyed, or whoever reads the log could try names. Null when it
 * claims nobody.
 *
 * @param token of bounded length; nothing about it is verified
 */
export function claimedAccount(token: string, key: Buffer): string | null {
  try {
    const payload = Buffer.from(token.split('.', 2)[1] ?? '', 'base64url').toString('utf8');
    const { sub } = JSON.parse(payload) as { sub?: unknown };
    return typeof sub === 'string' && sub !== ''
      ? `subject:${createHmac('sha256', key).update(sub).digest('base64url').slice(0, NAME_LENGTH)}`
      : null;
  } catch {
    return null;
  }
}
