import { z } from 'zod';
import { randomSecret } from '../config/setting-types.js';
import { KeyRing } from './key-ring.js';

/** `id:key`, separated by commas; each key 32 random bytes in base64, and no placeholder. */
export function keyRing() {
  return z.string('is required').transform((text, context) => {
    try {
      const ring = new KeyRing(text);
      const secrets = text.split(',').map((entry) => randomSecret().safeParse(entry.split(':')[1]?.trim()));
      const fault = secrets.find(({ success }) => !success)?.error?.issues[0]?.message;
      if (fault === undefined) {
        return ring;
      }
      context.addIssue(`has a key that ${fault}`);
    } catch (error) {
      context.addIssue((error as TypeError).message);
    }
    return z.NEVER;
  });
}
