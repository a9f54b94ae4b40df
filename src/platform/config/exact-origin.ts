import { z } from 'zod';

/**
 * What is wrong with an origin of a setting, or null. A browser sends an origin in one spelling
 * (RFC 6454 §6.2), and it is compared as a whole, so that only that spelling is of use.
 */
function originFault(text: string): string | null {
  if (text.includes('*')) {
    return 'must not have a wildcard: name each origin';
  }
  if (text === 'null') {
    return 'must not be null, which any sandboxed page can send';
  }
  const url = URL.parse(text);
  if (!url || !['http:', 'https:'].includes(url.protocol) || /[\s^$\\()|[\]{}+?]/.test(stripped(text))) {
    return 'must be an origin such as https://app.example.com, and no pattern';
  }
  return url.origin === text
    ? null
    : `must be written as a browser sends it: scheme, host and port only, in lower case, without a path`;
}

/** Without the brackets of an IPv6 address, which are no pattern. */
function stripped(text: string): string {
  return text.replace(/\/\/\[[0-9a-f:.]+\]/, '');
}

/** An origin in the one spelling that browsers send. */
export function exactOrigin() {
  return z.string('is required').transform((text, context) => {
    const fault = originFault(text);
    if (fault !== null) {
      context.addIssue(fault);
      return z.NEVER;
    }
    return text;
  });
}

/** Origins separated by commas; each must be right. */
export function exactOrigins() {
  return z.string().transform((text, context): readonly string[] => {
    const origins = text.split(',').map((origin) => origin.trim());
    const fault = origins.map(originFault).find((one) => one !== null);
    if (fault !== undefined) {
      context.addIssue(fault);
      return z.NEVER;
    }
    return origins;
  });
}
