/** Bounds on the shape of a JSON text. */
export interface JsonBounds {
  readonly maxDepth: number;
  readonly maxArrayLength: number;
  readonly maxMembers: number;
}

/** A rule that the text broke, in a word for the log and the answer. */
export type JsonFault =
  'syntax' | 'encoding' | 'depth' | 'array_length' | 'members' | 'duplicate_member' | 'forbidden_name';

export type JsonVerdict =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly fault: JsonFault };

/** Names through which a careless merge or assignment reaches an object's prototype. */
const FORBIDDEN_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Parses JSON within bounds. Depth is measured on the text before it is parsed, so that a deep
 * bomb costs one scan; a name that comes twice is refused, because two parsers may believe
 * different ones (RFC 8259 §4).
 */
export function parseJson(bytes: Buffer, bounds: JsonBounds): JsonVerdict {
  const text = decodeUtf8(bytes);
  if (text === undefined) {
    return { ok: false, fault: 'encoding' };
  }
  const nesting = scanText(text);
  if (nesting.depth > bounds.maxDepth) {
    return { ok: false, fault: 'depth' };
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, fault: 'syntax' };
  }
  const shape = { members: 0 };
  const fault = faultIn(value, bounds, shape);
  if (fault) {
    return { ok: false, fault };
  }
  // JSON.parse keeps the last of several members with one name: fewer arrive than were written.
  return shape.members === nesting.members ? { ok: true, value } : { ok: false, fault: 'duplicate_member' };
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function decodeUtf8(bytes: Buffer): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

/** The deepest nesting and the number of members, read off the text: brackets and colons outside strings. */
function scanText(text: string): { depth: number; members: number } {
  let depth = 0;
  let deepest = 0;
  let members = 0;
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charCodeAt(index);
    if (character === QUOTE) {
      index = endOfString(text, index);
    } else if (character === 0x7b || character === 0x5b) {
      depth += 1;
      deepest = Math.max(deepest, depth);
    } else if (character === 0x7d || character === 0x5d) {
      depth -= 1;
    } else if (character === 0x3a) {
      members += 1;
    }
  }
  return { depth: deepest, members };
}

function endOfString(text: string, start: number): number {
  let index = start + 1;
  while (index < text.length && text.charCodeAt(index) !== QUOTE) {
    index += text.charCodeAt(index) === BACKSLASH ? 2 : 1;
  }
  return index;
}

/** Recursion is safe here: the depth was bounded before the text was parsed. */
function faultIn(value: unknown, bounds: JsonBounds, shape: { members: number }): JsonFault | undefined {
  if (typeof value !== 'object' || value === null) {
    return undefined;
  }
  if (Array.isArray(value)) {
    return value.length > bounds.maxArrayLength ? 'array_length' : firstFault(value, bounds, shape);
  }
  const names = Object.keys(value);
  shape.members += names.length;
  if (names.length > bounds.maxMembers) {
    return 'members';
  }
  return names.some((name) => FORBIDDEN_NAMES.has(name))
    ? 'forbidden_name'
    : firstFault(Object.values(value), bounds, shape);
}

function firstFault(
  values: readonly unknown[],
  bounds: JsonBounds,
  shape: { members: number },
): JsonFault | undefined {
  for (const value of values) {
    const fault = faultIn(value, bounds, shape);
    if (fault) {
      return fault;
    }
  }
  return undefined;
}
