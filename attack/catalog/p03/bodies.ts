import { gzipSync } from 'node:zlib';
import type { Attack } from '../../engine/attack.ts';
import { disclosedIn, unlessRefused } from '../../engine/judgements.ts';
import { resourceOf, type World } from '../../target/world.ts';

/* Bodies that are not what they say, or more than anybody needs. */

interface BadBody {
  readonly id: string;
  readonly name: string;
  readonly body: (json: string, world: World) => string | Buffer;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly refusals?: readonly number[];
}

const UNSUPPORTED = [415, 400];

const BODIES: readonly BadBody[] = [
  ...[
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
  ].map((type) => ({
    id: `type-${type.split('/')[1]?.replace(/\W.*/, '') ?? ''}`,
    name: `JSON that says it is ${type}.`,
    type,
    body: (json: string) => json,
    refusals: UNSUPPORTED,
  })),
  ...['application/yaml', 'application/jsonp', 'application/json, text/plain', '*/*'].map((type, index) => ({
    id: `type-strange-${index + 1}`,
    name: `JSON that says it is ${type}.`,
    type,
    body: (json: string) => json,
    refusals: UNSUPPORTED,
  })),
  {
    id: 'xml-entity',
    name: 'XML with an external entity.',
    type: 'application/xml',
    refusals: UNSUPPORTED,
    body: () => '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
  },
  { id: 'empty', name: 'Nothing.', body: () => '' },
  { id: 'null', name: 'null.', body: () => 'null' },
  { id: 'text', name: 'A text.', body: () => '"a"' },
  { id: 'list', name: 'A list around the object.', body: (json) => `[${json}]` },
  { id: 'two-objects', name: 'Two objects.', body: (json) => json + json },
  { id: 'comment', name: 'A comment behind the object.', body: (json) => `${json}// a` },
  { id: 'trailing-comma', name: 'A comma before the end.', body: (json) => json.replace(/\}$/, ',}') },
  { id: 'cut', name: 'Half of the object.', body: (json) => json.slice(0, json.length / 2) },
  { id: 'nan', name: 'A number that is none.', body: (json) => json.replace(/\}$/, ',"a":NaN}') },
  { id: 'infinite', name: 'A number without end.', body: (json) => json.replace(/\}$/, ',"a":1e9999}') },
  {
    id: 'not-utf8',
    name: 'Bytes that are no UTF-8.',
    body: (json) => Buffer.concat([Buffer.from(json.slice(0, -2)), Buffer.from([0xc3, 0x28, 0x22, 0x7d])]),
  },
  {
    id: 'overlong-utf8',
    name: 'A slash in overlong UTF-8.',
    body: (json) => Buffer.concat([Buffer.from(json.slice(0, -2)), Buffer.from([0xc0, 0xaf, 0x22, 0x7d])]),
  },
  { id: 'utf16', name: 'The object in UTF-16.', body: (json) => Buffer.from(json, 'utf16le') },
  {
    id: 'deep',
    name: 'Twenty levels of objects.',
    body: (json) => json.replace(/\}$/, `,"a":${'{"a":'.repeat(20)}1${'}'.repeat(20)}}`),
  },
  {
    id: 'very-deep',
    name: 'Ten thousand levels of lists.',
    body: () => '['.repeat(10_000) + ']'.repeat(10_000),
  },
  {
    id: 'many-members',
    name: 'Five thousand members.',
    body: () => `{${Array.from({ length: 5000 }, (_, index) => `"a${index}":1`).join(',')}}`,
  },
  {
    id: 'long-list',
    name: 'A list of ten thousand.',
    body: (json) => json.replace(/\}$/, `,"a":[${'1,'.repeat(9999)}1]}`),
  },
  {
    id: 'long-number',
    name: 'A number of forty thousand digits.',
    body: (json) => json.replace(/\}$/, `,"a":${'9'.repeat(40_000)}}`),
  },
  { id: 'large', name: 'A megabyte.', body: () => `{"a":"${'a'.repeat(1_000_000)}"}`, refusals: [413, 400] },
  {
    id: 'gzip',
    name: 'The object compressed, as if one could.',
    headers: { 'content-encoding': 'gzip' },
    body: (json) => gzipSync(json),
    refusals: UNSUPPORTED,
  },
  {
    id: 'gzip-bomb',
    name: 'Fifty megabytes in fifty kilobytes.',
    headers: { 'content-encoding': 'gzip' },
    body: () => gzipSync(Buffer.alloc(50_000_000, 'a')),
    refusals: [415, 400, 413],
  },
  {
    id: 'two-encodings',
    name: 'Two encodings at once.',
    headers: { 'content-encoding': 'gzip, br' },
    body: (json) => json,
    refusals: UNSUPPORTED,
  },
];

const PREFIX = 'P3.1-body';

export const BODY_ATTACKS: readonly Attack[] = BODIES.map(
  ({ id, name, body, type = 'application/json', headers = {}, refusals = [400] }) => ({
    id: `${PREFIX}-${id}`,
    name: `The body of a creation: ${name}`,
    owasp: 'API4:2023',
    needs: ['resource'],
    control: (attacker, world) => resourceOf(world).create(attacker, { token: world.tokenA }),
    attempt: async (attacker, world) => {
      const resource = resourceOf(world);
      const answer = await attacker.send({
        method: 'POST',
        path: resource.path,
        token: world.tokenA,
        headers: { 'content-type': type, ...headers },
        body: body(JSON.stringify(resource.body()), world),
      });
      return unlessRefused(answer, refusals) ?? disclosedIn(answer);
    },
  }),
);
