/** What stands in the place of a secret. */
export const REDACTED = '[redacted]';

const MAX_TEXT_LENGTH = 4096;
const MAX_DEPTH = 6;
const MAX_ENTRIES = 100;

/**
 * Names of what must never be written, however deep it lies and however it is spelt: whoever logs a
 * whole request, a configuration or the options of a library gets these out of it.
 */
const SENSITIVE_NAMES =
  /^(authorization|proxyauthorization|cookie|setcookie|xapikey|xcsrftoken|csrftoken|idempotencykey)$|password|passwd|passphrase|secret(?!until|kind)|credential(?!id)|token(?!s?(type|endpoint))|apikey|privatekey|signingkey|encryptionkey|pepper|connectionstring|databaseurl|^(email|phone|mobile|taxid|notes|givenname|familyname|firstname|lastname|fullname|ssn|iban|birthdate|dateofbirth|codeverifier|otp|pin|jwt)$/;

/** Identifiers, without which nobody can say who it was; some issuers make them of e-mail addresses. */
const IDENTIFIERS = new Set(['subject', 'owner', 'clientId', 'credentialId', 'tenantId', 'about']);

/** The same names in a text, where more is said of tokens and keys than what they are. */
const SECRET_WORDS = [
  'pass(?:word|wd|phrase)',
  'secret(?![-_]?(?:until|kind))',
  'token(?!s?[-_]?(?:type|endpoint))',
  'credential(?![-_]?id)',
  'api[-_]?key(?!s)',
  'private[-_]?key|code[-_]?verifier|assertion|authorization|cookie|csrf',
  String.raw`\b(?:pwd|otp|pin|jwt)\b`,
].join('|');

const PERSONAL_WORDS =
  'e?mail|phone|mobile|tax_?id|notes|(?:given|family|first|last|full)_?name|ssn|iban|birth_?date|date_?of_?birth';

/** What stands between a name and its value: in a form, a header, or JSON, also JSON in JSON. */
const IS = String.raw`\\{0,3}["']?\s{0,3}[=:]\s{0,3}`;

/** To the closing quote, bracket or space; where there is none, to the end. Nothing is tried twice, however long it is. */
const VALUE = [
  String.raw`(?:\\{1,3}"(?:[^"\\]|\\{3}"|\\[^"])*`,
  String.raw`"(?:[^"\\]|\\[^])*"?`,
  String.raw`'(?:[^'\\]|\\[^])*'?`,
  String.raw`[[{][^\]}]*`,
  // A place in a statement is no value.
  String.raw`(?!\$\d)[^\s&]+)`,
].join('|');

/** Without one of these, or a name that is followed by a value, a text holds nothing that looks like a secret. */
const SUSPICIOUS = /@|:\/\/|eyJ|sar_|bearer|basic|dpop|-----|row contains/i;
const NAMED = new RegExp(
  String.raw`code=|\)=\(|(?:${SECRET_WORDS})[\w-]{0,30}${IS}|"(?:${PERSONAL_WORDS})${IS}`,
  'i',
);

/** What looks like a secret wherever it stands in a text: in the message of a driver, or in a URL. */
const SENSITIVE_TEXTS: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  // A private key, or another thing in PEM; before anything takes a part of it away.
  [/-----BEGIN [A-Z ]+-----[\s\S]*?(-----END [A-Z ]+-----|$)/g, REDACTED],
  // A JSON Web Token, signed or encrypted, whole or cut off.
  [/\beyJ[\w-]{5,}\.[\w-]*(\.[\w-]*){0,3}/g, REDACTED],
  // Authorization and similar, in whatever a library prints (RFC 9110 §11.4).
  [/\b(Bearer|Basic|DPoP)\s+[\w+/.~=-]{4,}/gi, `$1 ${REDACTED}`],
  // An API key of this project.
  [/\bsar_[a-z]{1,10}_\w+/g, REDACTED],
  // Credentials in a URL, and whatever stands in a query.
  [/\b([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/@?#]{1,500}@/gi, `$1${REDACTED}@`],
  [/\b([a-z][a-z0-9+.-]{0,30}:\/\/[^\s?#]{1,500})\?[^\s#]+/gi, `$1?${REDACTED}`],
  // The code of a log-in, in a query or a form without its address; elsewhere `code` is that of an error.
  [/((?:^|[?&])code=)[^\s&#"']+/gi, `$1${REDACTED}`],
  // Whole header fields, whose values have spaces; then whatever else is called by the name of a secret.
  [/((?:authorization|cookie)\s{0,3}[=:]\s{0,3})(?!["'[{\\])[^\r\n]+/gi, `$1${REDACTED}`],
  [new RegExp(`((?:${SECRET_WORDS})[\\w-]{0,30}${IS})${VALUE}`, 'gi'), `$1${REDACTED}`],
  [new RegExp(`("(?:${PERSONAL_WORDS})${IS})${VALUE}`, 'gi'), `$1${REDACTED}`],
  // What PostgreSQL says of a row that it does not take.
  [/(\bKey \([^\n=]{1,300}\)=)\((?:[^\n]*\)|[^\n]*)/g, `$1(${REDACTED})`],
  [/(row contains )\((?:[^\n]*\)|[^\n]*)/g, `$1(${REDACTED})`],
  // An e-mail address: personal, and never needed to find a fault.
  [/[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+/gi, REDACTED],
];

/** Control characters that JSON leaves as they are and a terminal obeys, and signs that turn the reading direction. */
const TREACHEROUS = /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/;
const ALL_TREACHEROUS = new RegExp(TREACHEROUS, 'g');

/**
 * What may be written of a value: a copy without secrets, bounded in depth, length and number. It is
 * the net below the writers, which have no field for a secret in the first place.
 */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') {
    return redactText(value);
  }
  if (typeof value !== 'object' || value === null || value instanceof Date) {
    return typeof value === 'function' || typeof value === 'symbol' ? undefined : value;
  }
  if (depth === MAX_DEPTH) {
    return '[deeper]';
  }
  if (value instanceof Error) {
    return redact(describeError(value), depth);
  }
  if (Array.isArray(value)) {
    return value.slice(0, MAX_ENTRIES).map((entry) => redact(entry, depth + 1));
  }
  if (ArrayBuffer.isView(value)) {
    return '[binary]';
  }
  const entries: [unknown, unknown][] = value instanceof Map ? [...value] : Object.entries(value);
  // Without a prototype, so that no name of a member means anything to the copy.
  const copy = Object.create(null) as Record<string, unknown>;
  for (const [key, member] of entries.slice(0, MAX_ENTRIES)) {
    const name = String(key);
    const { written, isSensitive } = verdictOn(name);
    copy[written] = redactMember(name, member, { depth: depth + 1, isSensitive });
  }
  return copy;
}

function redactMember(
  name: string,
  member: unknown,
  { depth, isSensitive }: { readonly depth: number; readonly isSensitive: boolean },
): unknown {
  if (typeof member === 'string' && IDENTIFIERS.has(name)) {
    return bound(member);
  }
  const isNothing = member === null || member === undefined || typeof member === 'boolean';
  return !isNothing && isSensitive ? REDACTED : redact(member, depth);
}

/**
 * A text without what looks like a secret in it, at most so long, on one line of any terminal. Cut first: nobody's
 * text makes the patterns work for long. Half a secret is one, too.
 */
export function redactText(text: string): string {
  const start = text.slice(0, MAX_TEXT_LENGTH + 1);
  return bound(isSuspicious(start) ? withoutSecrets(start) : text);
}

/** Almost all texts are done with this: most of them have no place for a value. */
function isSuspicious(text: string): boolean {
  return SUSPICIOUS.test(text) || ((text.includes('=') || text.includes(':')) && NAMED.test(text));
}

function withoutSecrets(text: string): string {
  return SENSITIVE_TEXTS.reduce((clean, [pattern, replacement]) => clean.replace(pattern, replacement), text);
}

function bound(text: string): string {
  const bounded = text.length > MAX_TEXT_LENGTH ? `${text.slice(0, MAX_TEXT_LENGTH)}…` : text;
  return TREACHEROUS.test(bounded) ? bounded.replaceAll(ALL_TREACHEROUS, '\uFFFD') : bounded;
}

/** What is to be done with a member of this name. */
interface Verdict {
  /** The name as it may be written. */
  readonly written: string;
  readonly isSensitive: boolean;
}

/** Asked of the same few names again and again. */
const verdicts = new Map<string, Verdict>();
const MAX_VERDICTS = 1000;

function verdictOn(name: string): Verdict {
  const known = verdicts.get(name);
  if (known) {
    return known;
  }
  const isSensitive = SENSITIVE_NAMES.test(name.toLowerCase().replace(/[^a-z0-9]/g, ''));
  const verdict = { written: redactText(name), isSensitive };
  if (verdicts.size < MAX_VERDICTS) {
    verdicts.set(name, verdict);
  }
  return verdict;
}

/**
 * Type, message and place. The other properties stay out: a database driver puts the failing row into
 * `detail`, an HTTP client the whole request into `config`.
 */
function describeError({ name, message, stack, cause }: Error & { code?: unknown }): object {
  return { name, message, stack, ...(cause instanceof Error ? { cause: describeError(cause) } : {}) };
}
