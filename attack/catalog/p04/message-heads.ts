import type { Attack } from '../../engine/attack.ts';
import { get, rawAttack, type RawAttack } from './raw-attack.ts';

/* Request lines and headers that readers understand differently, or not at all. */

const HEADS: readonly RawAttack[] = [
  {
    id: 'obs-fold',
    name: 'A header that goes on in the next line.',
    // A proxy may write it as one line (RFC 9112 §5.2).
    maySucceed: true,
    wellFormed: 1,
    bytes: (host, world) => get(host, world, ['X-Attack: a\r\n b']),
  },
  {
    id: 'bare-lf',
    name: 'Lines that end with a bare line feed.',
    // It may be taken for the end of a line (RFC 9112 §2.2), as long as everybody does.
    maySucceed: true,
    wellFormed: 1,
    bytes: (host, world) => get(host, world).replaceAll('\r\n', '\n'),
  },
  {
    id: 'bare-cr',
    name: 'Lines that end with a bare carriage return.',
    bytes: (host, world) => get(host, world, ['X-Attack: a\rX-Other: b']),
  },
  {
    id: 'nul-in-header',
    name: 'A NUL in a header.',
    bytes: (host, world) => get(host, world, ['X-Attack: a\0b']),
  },
  {
    id: 'header-without-colon',
    name: 'A header without a colon.',
    bytes: (host, world) => get(host, world, ['X-Attack']),
  },
  {
    id: 'header-without-name',
    name: 'A header without a name.',
    bytes: (host, world) => get(host, world, [': attack']),
  },
  {
    id: 'header-space-in-name',
    name: 'A space in the name of a header.',
    bytes: (host, world) => get(host, world, ['X Attack: 1']),
  },
  {
    id: 'header-first-space',
    name: 'A space before the first header.',
    bytes: (host, { tokenA, probePath }) =>
      `GET ${probePath} HTTP/1.1\r\n Host: ${host}\r\nAuthorization: Bearer ${tokenA}\r\n\r\n`,
  },
  {
    id: 'two-hosts',
    name: 'Two Host headers.',
    bytes: (host, world) => get(host, world, ['Host: attack.example']),
  },
  {
    id: 'no-host',
    name: 'No Host header.',
    bytes: (_, { tokenA, probePath }) =>
      `GET ${probePath} HTTP/1.1\r\nAuthorization: Bearer ${tokenA}\r\n\r\n`,
  },
  {
    id: 'huge-header',
    name: 'A header of a hundred thousand bytes.',
    bytes: (host, world) => get(host, world, [`X-Attack: ${'a'.repeat(100_000)}`]),
  },
  {
    id: 'many-headers',
    name: 'Two thousand headers.',
    bytes: (host, world) =>
      get(
        host,
        world,
        Array.from({ length: 2000 }, (_, index) => `X-A${index}: 1`),
      ),
  },
  {
    id: 'long-target',
    name: 'A target of a hundred thousand bytes.',
    bytes: (host, world) => get(host, world, [], `/${'a'.repeat(100_000)}`),
  },
  {
    id: 'target-space',
    name: 'A space in the target.',
    bytes: (host, world) => get(host, world, [], `${world.probePath} x`),
  },
  {
    id: 'target-nul',
    name: 'A NUL in the target.',
    bytes: (host, world) => get(host, world, [], `${world.probePath}\0`),
  },
  {
    id: 'target-bad-escape',
    name: 'Half an escape in the target.',
    bytes: (host, world) => get(host, world, [], `${world.probePath}%zz`),
  },
  {
    id: 'target-overlong',
    name: 'A slash in overlong UTF-8.',
    bytes: (host, world) => get(host, world, [], `/%c0%af${world.probePath}`),
  },
  {
    id: 'target-backslash',
    name: 'Backslashes in the target.',
    bytes: (host, world) => get(host, world, [], world.probePath.replaceAll('/', '\\')),
  },
  {
    id: 'version-0.9',
    name: 'A request of HTTP/0.9.',
    bytes: (_, { probePath }) => `GET ${probePath}\r\n\r\n`,
  },
  {
    id: 'version-9.9',
    name: 'A request of HTTP/9.9.',
    bytes: (host, world) => get(host, world).replace('HTTP/1.1', 'HTTP/9.9'),
  },
  {
    id: 'lower-method',
    name: 'A method in small letters.',
    bytes: (host, world) => get(host, world).replace('GET', 'get'),
  },
  {
    id: 'connect',
    name: 'CONNECT, as if this were a proxy.',
    bytes: (host) => `CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
  },
  {
    id: 'trace',
    name: 'TRACE, which would say back what a page cannot read.',
    bytes: (host, world) => get(host, world).replace('GET', 'TRACE'),
  },
  {
    id: 'foreign-target',
    name: 'The URL of another server, as if this were a proxy.',
    bytes: (host, world) => get(host, world, [], 'http://127.0.0.1:22/'),
  },
  { id: 'h2-preface', name: 'HTTP/2 without being asked.', bytes: () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n' },
  { id: 'garbage', name: 'Random bytes.', bytes: () => '\x00\x01\xFF\xFE'.repeat(64) },
  {
    id: 'tls-to-plain',
    name: 'The beginning of a TLS handshake, cut off.',
    bytes: () => '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
  },
  {
    id: 'expect',
    name: 'An expectation that nobody can meet.',
    bytes: (host, world) => get(host, world, ['Expect: attack']),
  },
  {
    id: 'h2c-upgrade',
    name: 'An upgrade to HTTP/2 past everything in front.',
    maySucceed: true,
    wellFormed: 1,
    bytes: (host, world) =>
      get(host, world, [
        'Connection: Upgrade, HTTP2-Settings',
        'Upgrade: h2c',
        'HTTP2-Settings: AAMAAABkAAQAAP__',
      ]),
  },
  {
    id: 'websocket-upgrade',
    name: 'An upgrade to WebSocket.',
    maySucceed: true,
    wellFormed: 1,
    bytes: (host, world) =>
      get(host, world, [
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Key: YQ==',
        'Sec-WebSocket-Version: 13',
      ]),
  },
  {
    id: 'connection-strips-credential',
    name: 'Connection names Authorization, so that a hop drops it.',
    maySucceed: true,
    wellFormed: 1,
    bytes: (host, world) => get(host, world, ['Connection: close, Authorization']),
  },
];

export const HEAD_ATTACKS: readonly Attack[] = HEADS.map((raw) =>
  rawAttack({ ...raw, id: `P4.6-raw-${raw.id}` }),
);
