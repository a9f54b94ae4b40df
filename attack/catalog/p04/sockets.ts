import type { Attack } from '../../engine/attack.ts';
import type { Attacker } from '../../engine/attacker.ts';
import { disclosedInText } from '../../engine/judgements.ts';
import { statusesIn } from '../../engine/raw-socket.ts';
import type { World } from '../../target/world.ts';

/*
 * Bytes that no client library would send: where two readers of one message disagree about where it ends,
 * the second one takes the rest for a request of somebody else.
 */

interface RawAttack {
  readonly id: string;
  readonly name: string;
  readonly bytes: (host: string, world: World) => string;
  /** How many of the messages in it are well-formed: more answers than that are a smuggled request. */
  readonly wellFormed?: number;
  /** Whether the first message is good in itself. */
  readonly maySucceed?: boolean;
}

const SMUGGLED = '/attack-smuggled';
const inner = (host: string): string => `GET ${SMUGGLED} HTTP/1.1\r\nHost: ${host}\r\n\r\n`;

function post(host: string, { tokenA, probePath }: World, headers: readonly string[], body: string): string {
  const lines = [`Host: ${host}`, `Authorization: Bearer ${tokenA}`, 'Content-Type: application/json', ...headers];
  return `POST ${probePath} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`;
}

function get(host: string, { tokenA, probePath }: World, lines: readonly string[] = [], target = probePath): string {
  const head = [`Host: ${host}`, `Authorization: Bearer ${tokenA}`, ...lines].join('\r\n');
  return `GET ${target} HTTP/1.1\r\n${head}\r\n\r\n`;
}

const FRAMING: readonly RawAttack[] = [
  { id: 'cl-te', name: 'Content-Length and Transfer-Encoding in one message.', bytes: (host, world) => post(host, world, ['Content-Length: 6', 'Transfer-Encoding: chunked'], `0\r\n\r\n${inner(host)}`) },
  { id: 'te-cl', name: 'Transfer-Encoding and a Content-Length that ends earlier.', bytes: (host, world) => post(host, world, ['Transfer-Encoding: chunked', 'Content-Length: 4'], `5c\r\n${inner(host)}\r\n0\r\n\r\n`) },
  ...[
    ['te-te', 'chunked\r\nTransfer-Encoding: x'],
    ['te-space', ' chunked'],
    ['te-tab', '\tchunked'],
    ['te-quoted', '"chunked"'],
    ['te-xchunked', 'xchunked'],
    ['te-list', 'identity, chunked'],
    ['te-reversed', 'chunked, identity'],
    ['te-case', 'cHuNkEd'],
    ['te-vertical-tab', '\u000Bchunked'],
    ['te-fold', '\r\n chunked'],
  ].map(([id = '', value = '']) => ({
    id,
    name: `A Transfer-Encoding that is written strangely (${JSON.stringify(value)}), beside a Content-Length.`,
    bytes: (host: string, world: World) =>
      post(host, world, ['Content-Length: 6', `Transfer-Encoding:${value}`], `0\r\n\r\n${inner(host)}`),
  })),
  { id: 'te-header-space', name: 'A space before the colon of Transfer-Encoding.', bytes: (host, world) => post(host, world, ['Content-Length: 6', 'Transfer-Encoding : chunked'], `0\r\n\r\n${inner(host)}`) },
  { id: 'te-underscore', name: 'Transfer_Encoding in the place of Transfer-Encoding.', maySucceed: true, bytes: (host, world) => post(host, world, ['Content-Length: 0', 'Transfer_Encoding: chunked'], inner(host)), wellFormed: 2 },
  { id: 'two-lengths', name: 'Two Content-Lengths that disagree.', bytes: (host, world) => post(host, world, ['Content-Length: 0', 'Content-Length: 60'], inner(host)) },
  { id: 'two-lengths-agree', name: 'Two Content-Lengths that agree.', bytes: (host, world) => post(host, world, ['Content-Length: 2', 'Content-Length: 2'], '{}') },
  ...['+2', '-1', '0x2', '2, 2', '2 2', '1e1', '99999999999999999999', '', '２'].map((value, index) => ({
    id: `length-${index + 1}`,
    name: `A Content-Length of ${JSON.stringify(value)}.`,
    bytes: (host: string, world: World) => post(host, world, [`Content-Length: ${value}`], `{}${inner(host)}`),
  })),
  ...[
    ['chunk-negative', '-1\r\n{}\r\n0\r\n\r\n'],
    ['chunk-hex-prefix', '0x2\r\n{}\r\n0\r\n\r\n'],
    ['chunk-huge', 'ffffffffffffffff1\r\n{}\r\n0\r\n\r\n'],
    ['chunk-no-size', '\r\n{}\r\n0\r\n\r\n'],
    ['chunk-bare-lf', '2\n{}\n0\n\n'],
    ['chunk-short', '1\r\n{}\r\n0\r\n\r\n'],
    ['chunk-long', '9\r\n{}\r\n0\r\n\r\n'],
    ['chunk-extension-lf', '2;a=\nb\r\n{}\r\n0\r\n\r\n'],
    ['chunk-cr-only', '2\r{}\r0\r\r'],
  ].map(([id = '', body = '']) => ({
    id,
    name: `A chunk that is cut wrongly (${JSON.stringify(body)}).`,
    bytes: (host: string, world: World) => post(host, world, ['Transfer-Encoding: chunked'], `${body}${inner(host)}`),
  })),
  { id: 'chunk-trailer', name: 'A trailer that brings a credential.', bytes: (host, { tokenA, probePath }) => `POST ${probePath} HTTP/1.1\r\nHost: ${host}\r\nTransfer-Encoding: chunked\r\nTrailer: Authorization\r\n\r\n0\r\nAuthorization: Bearer ${tokenA}\r\n\r\n` },
  { id: 'get-with-body', name: 'A GET with a body that is a request.', maySucceed: true, wellFormed: 1, bytes: (host, world) => get(host, world, [`Content-Length: ${inner(host).length}`]) + inner(host) },
];

const HEADS: readonly RawAttack[] = [
  { id: 'obs-fold', name: 'A header that goes on in the next line.', bytes: (host, world) => get(host, world, ['X-Attack: a\r\n b']) },
  { id: 'bare-lf', name: 'Lines that end with a bare line feed.', bytes: (host, world) => get(host, world).replaceAll('\r\n', '\n') },
  { id: 'bare-cr', name: 'Lines that end with a bare carriage return.', bytes: (host, world) => get(host, world, ['X-Attack: a\rX-Other: b']) },
  { id: 'nul-in-header', name: 'A NUL in a header.', bytes: (host, world) => get(host, world, ['X-Attack: a\0b']) },
  { id: 'header-without-colon', name: 'A header without a colon.', bytes: (host, world) => get(host, world, ['X-Attack']) },
  { id: 'header-without-name', name: 'A header without a name.', bytes: (host, world) => get(host, world, [': attack']) },
  { id: 'header-space-in-name', name: 'A space in the name of a header.', bytes: (host, world) => get(host, world, ['X Attack: 1']) },
  { id: 'header-first-space', name: 'A space before the first header.', bytes: (host, { tokenA, probePath }) => `GET ${probePath} HTTP/1.1\r\n Host: ${host}\r\nAuthorization: Bearer ${tokenA}\r\n\r\n` },
  { id: 'two-hosts', name: 'Two Host headers.', bytes: (host, world) => get(host, world, ['Host: attack.example']) },
  { id: 'no-host', name: 'No Host header.', bytes: (_, { tokenA, probePath }) => `GET ${probePath} HTTP/1.1\r\nAuthorization: Bearer ${tokenA}\r\n\r\n` },
  { id: 'huge-header', name: 'A header of a hundred thousand bytes.', bytes: (host, world) => get(host, world, [`X-Attack: ${'a'.repeat(100_000)}`]) },
  { id: 'many-headers', name: 'Two thousand headers.', bytes: (host, world) => get(host, world, Array.from({ length: 2000 }, (_, index) => `X-A${index}: 1`)) },
  { id: 'long-target', name: 'A target of a hundred thousand bytes.', bytes: (host, world) => get(host, world, [], `/${'a'.repeat(100_000)}`) },
  { id: 'target-space', name: 'A space in the target.', bytes: (host, world) => get(host, world, [], `${world.probePath} x`) },
  { id: 'target-nul', name: 'A NUL in the target.', bytes: (host, world) => get(host, world, [], `${world.probePath}\0`) },
  { id: 'target-bad-escape', name: 'Half an escape in the target.', bytes: (host, world) => get(host, world, [], `${world.probePath}%zz`) },
  { id: 'target-overlong', name: 'A slash in overlong UTF-8.', bytes: (host, world) => get(host, world, [], `/%c0%af${world.probePath}`) },
  { id: 'target-backslash', name: 'Backslashes in the target.', bytes: (host, world) => get(host, world, [], world.probePath.replaceAll('/', '\\')) },
  { id: 'version-0.9', name: 'A request of HTTP/0.9.', bytes: (_, { probePath }) => `GET ${probePath}\r\n\r\n` },
  { id: 'version-9.9', name: 'A request of HTTP/9.9.', bytes: (host, world) => get(host, world).replace('HTTP/1.1', 'HTTP/9.9') },
  { id: 'lower-method', name: 'A method in small letters.', bytes: (host, world) => get(host, world).replace('GET', 'get') },
  { id: 'connect', name: 'CONNECT, as if this were a proxy.', bytes: (host) => `CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: ${host}\r\n\r\n` },
  { id: 'trace', name: 'TRACE, which would say back what a page cannot read.', bytes: (host, world) => get(host, world).replace('GET', 'TRACE') },
  { id: 'foreign-target', name: 'The URL of another server, as if this were a proxy.', bytes: (host, world) => get(host, world, [], 'http://127.0.0.1:22/') },
  { id: 'h2-preface', name: 'HTTP/2 without being asked.', bytes: () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n' },
  { id: 'garbage', name: 'Random bytes.', bytes: () => '\x00\x01\xFF\xFE'.repeat(64) },
  { id: 'tls-to-plain', name: 'The beginning of a TLS handshake, cut off.', bytes: () => '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03' },
  { id: 'expect', name: 'An expectation that nobody can meet.', bytes: (host, world) => get(host, world, ['Expect: attack']) },
  { id: 'h2c-upgrade', name: 'An upgrade to HTTP/2 past everything in front.', maySucceed: true, wellFormed: 1, bytes: (host, world) => get(host, world, ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAAP__']) },
  { id: 'websocket-upgrade', name: 'An upgrade to WebSocket.', maySucceed: true, wellFormed: 1, bytes: (host, world) => get(host, world, ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Key: YQ==', 'Sec-WebSocket-Version: 13']) },
  { id: 'connection-strips-credential', name: 'Connection names Authorization, so that a hop drops it.', maySucceed: true, wellFormed: 1, bytes: (host, world) => get(host, world, ['Connection: close, Authorization']) },
];

/** What this server does not refuse is its own business, as long as it reads one message and no second one. */
function judge(text: string, { wellFormed = 0, maySucceed = false }: RawAttack): string | undefined {
  const statuses = statusesIn(text);
  if (!maySucceed && statuses.some((status) => status < 400)) {
    return `answered ${statuses.join(', ')}`;
  }
  if (statuses.includes(101)) {
    return 'switched the protocol';
  }
  if (statuses.length > Math.max(wellFormed, 1)) {
    return `a second request was answered (${statuses.join(', ')})`;
  }
  return disclosedInText(text);
}

async function ordinary(attacker: Attacker, world: World) {
  return attacker.send({ path: world.probePath, token: world.tokenA });
}

export const SOCKET_ATTACKS: readonly Attack[] = [
  ...FRAMING.map((raw) => ({ ...raw, id: `P4.6-smuggling-${raw.id}` })),
  ...HEADS.map((raw) => ({ ...raw, id: `P4.6-raw-${raw.id}` })),
].map((raw) => ({
  id: raw.id,
  name: raw.name,
  owasp: 'API8:2023' as const,
  control: ordinary,
  attempt: async (attacker: Attacker, world: World) => {
    const text = await attacker.raw(raw.bytes(attacker.host, world));
    return judge(text, raw);
  },
}));
