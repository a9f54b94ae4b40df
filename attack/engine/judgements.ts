import { STATUS_CODES } from 'node:http';
import type { Answer } from './answer.ts';
import { Inconclusive } from './inconclusive.ts';

/** What gives away how an application is made: traces, libraries, paths, database errors. */
const INTERNALS: readonly [what: string, pattern: RegExp][] = [
  ['a banner', /^(?:server|x-powered-by): .+/im],
  ['a stack trace', /^\s+at [\w.<>[\] ]+ \(|\bat (?:async )?[\w.<>]+ \((?:file:|node:|\/)/m],
  [
    'a path of the server',
    /node_modules|file:\/\/\/|\/(?:home|usr|app|srv|work|root|tmp)\/[\w.-]+\/|dist\/main\.js/,
  ],
  [
    'a database error',
    /SQLSTATE|syntax error at or near|unterminated quoted|relation "\w+"|\bPrisma\w*Error|\bpg_(?!sleep)/,
  ],
  [
    'a library',
    /\b(?:FastifyError|JsonWebTokenError|PrismaClient\w+|BadRequestException|ECONNREFUSED|FST_ERR_\w+)/,
  ],
];

/**
 * What landed if a request is not refused for the reason that is attacked here. To be cut off is to be refused:
 * a server need not read a message to its end.
 * @throws Inconclusive when it was refused for another reason
 */
export function unlessRefused(answer: Answer, refusals: readonly number[]): string | undefined {
  const { status } = answer;
  if (refusals.includes(status) || status === 0) {
    return undefined;
  }
  if (status < 400) {
    return `answered ${status}`;
  }
  if (status >= 500) {
    return `broke with ${status}`;
  }
  throw new Inconclusive(`refused with ${status}, not with ${refusals.join(' or ')}`);
}

/** The first thing that landed. */
export function firstOf(findings: readonly (string | undefined)[]): string | undefined {
  return findings.find((finding) => finding !== undefined);
}

/** What an answer tells about the inside, in its body or in its headers. */
export function disclosedIn({ text: whole, headers }: Answer, said = ''): string | undefined {
  // What the attacker has said himself may come back.
  const text =
    said === '' ? whole : whole.replaceAll(said, '').replaceAll(JSON.stringify(said).slice(1, -1), '');
  const inBody = disclosedInText(text);
  if (inBody !== undefined) {
    return inBody;
  }
  const banner = ['server', 'x-powered-by', 'x-aspnet-version', 'x-generator', 'via'].find(
    (name) => headers[name],
  );
  return banner === undefined ? undefined : `tells ${banner}: ${String(headers[banner])}`;
}

/** The same of an answer that was read as it came, head and all. */
export function disclosedInText(text: string): string | undefined {
  const found = INTERNALS.find(([, pattern]) => pattern.test(text));
  return found && `shows ${found[0]}: ${excerpt(found[1].exec(text)?.[0] ?? '')}`;
}

/**
 * What a proxy answers before it could read a request: the status once more in words, and nothing else. No setting gives
 * it headers or another form, and it tells nothing.
 */
export function isBareRefusal(answer: Answer): boolean {
  const { status, text } = answer;
  return (
    status >= 400 &&
    text === `${status} ${STATUS_CODES[status]}` &&
    answer.header('content-type').startsWith('text/plain')
  );
}

export function excerpt(text: string, length = 80): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > length ? `${line.slice(0, length)}…` : line;
}
