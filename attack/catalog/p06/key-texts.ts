import type { Attack } from '../../engine/attack.ts';
import type { Call } from '../../engine/attacker.ts';
import { requestAttack, type RequestAttack } from '../../engine/request-attack.ts';
import { keysOf, type World } from '../../target/world.ts';

/* Texts that are no key, and keys where nobody looks for one. */

interface KeyText {
  readonly id: string;
  readonly name: string;
  readonly call: (key: string, world: World) => Partial<Call>;
}

/** Another letter at one place, of the same kind. */
function changed(key: string, index: number): string {
  const letters = key.split('');
  letters[index] = letters[index] === 'a' ? 'b' : 'a';
  return letters.join('');
}

const partsOf = (key: string): string[] => key.split('_');

const TEXTS: readonly KeyText[] = [
  {
    id: 'checksum',
    name: 'The last letter of a good key is another: its checksum is wrong.',
    call: (key) => ({ key: changed(key, key.length - 1) }),
  },
  {
    id: 'secret',
    name: 'The first letter of the secret is another.',
    call: (key) => ({ key: changed(key, key.lastIndexOf('_') + 1) }),
  },
  {
    id: 'id',
    name: 'The id of a good key is another.',
    call: (key) => ({ key: changed(key, partsOf(key).slice(0, 2).join('_').length + 3) }),
  },
  {
    id: 'swapped-secret',
    name: 'The id of one key with the secret of another.',
    call: (key, world) => ({
      key: [...partsOf(key).slice(0, 3), partsOf(keysOf(world).readOnly)[3]].join('_'),
    }),
  },
  {
    id: 'other-environment',
    name: 'A key of a test system that says it is one of a live system.',
    call: (key) => ({
      key: key.replace(/_(test|live)_/, (_, kind) => (kind === 'test' ? '_live_' : '_test_')),
    }),
  },
  {
    id: 'only-id',
    name: 'The id of a good key, and no secret.',
    call: (key) => ({ key: partsOf(key)[2] ?? '' }),
  },
  {
    id: 'no-secret',
    name: 'A good key without its secret.',
    call: (key) => ({ key: `${partsOf(key).slice(0, 3).join('_')}_` }),
  },
  { id: 'cut', name: 'A good key without its last letter.', call: (key) => ({ key: key.slice(0, -1) }) },
  { id: 'longer', name: 'A good key with a letter behind it.', call: (key) => ({ key: `${key}0` }) },
  { id: 'upper', name: 'A good key in capitals.', call: (key) => ({ key: key.toUpperCase() }) },
  { id: 'lower', name: 'A good key in small letters.', call: (key) => ({ key: key.toLowerCase() }) },
  { id: 'quoted', name: 'A good key in quotation marks.', call: (key) => ({ key: `"${key}"` }) },
  {
    id: 'two-in-one',
    name: 'Two good keys in one header.',
    call: (key, world) => ({ key: `${key}, ${keysOf(world).readOnly}` }),
  },
  {
    id: 'two-headers',
    name: 'Two headers with a key each.',
    call: (key) => ({ headers: { 'x-api-key': [key, 'x'] } }),
  },
  { id: 'empty', name: 'An empty key.', call: () => ({ key: '' }) },
  {
    id: 'wildcard',
    name: 'A wildcard in the place of the secret.',
    call: (key) => ({ key: `${partsOf(key).slice(0, 3).join('_')}_%` }),
  },
  { id: 'sql', name: 'SQL in the place of the id.', call: () => ({ key: "sar_test_' OR 1=1 --_x" }) },
  {
    id: 'huge',
    name: 'A key of nine thousand letters.',
    call: () => ({ key: `sar_test_${'a'.repeat(9000)}` }),
  },
  { id: 'as-bearer', name: 'A good key as a bearer token.', call: (key) => ({ token: key }) },
  {
    id: 'as-basic',
    name: 'A good key as a Basic credential.',
    call: (key) => ({ headers: { authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` } }),
  },
  {
    id: 'in-query',
    name: 'A good key in the query, where every log would have it.',
    call: (key, { probePath }) => ({ path: `${probePath}?api_key=${key}&apiKey=${key}&key=${key}` }),
  },
  {
    id: 'in-cookie',
    name: 'A good key in a cookie.',
    call: (key) => ({ cookie: `x-api-key=${key}; api_key=${key}` }),
  },
  ...['api-key', 'apikey', 'x-apikey', 'x-access-key', 'x_api_key'].map((name) => ({
    id: `in-${name}`,
    name: `A good key in the header ${name}.`,
    call: (key: string) => ({ headers: { [name]: key } }),
  })),
];

export const KEY_TEXTS: readonly Attack[] = TEXTS.map(({ id, name, call }): RequestAttack => ({
  id: `P6.1-key-${id}`,
  name,
  owasp: 'API2:2023',
  needs: ['api-keys'],
  control: (attacker, world) => attacker.send({ path: world.probePath, key: keysOf(world).writer }),
  call: (world) => call(keysOf(world).writer, world),
  refusals: [401, 400],
})).map(requestAttack);
