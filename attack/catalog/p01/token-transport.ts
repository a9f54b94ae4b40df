import type { Attack } from '../../engine/attack.ts';
import { part } from '../../target/signer.ts';
import { statusesIn } from '../../engine/raw-socket.ts';
import { keysOf } from '../../target/world.ts';
import { probe, tokenAttack, type TokenAttack } from './token-attack.ts';

/* Good tokens in the wrong place, and texts that are no token. */

const bearer = (text: string) => ({ headers: { authorization: text } });

const PLACES: readonly TokenAttack[] = [
  {
    id: 'P1.4-token-in-query',
    name: 'A good token in the query, where every log would have it (RFC 9700 §4.3.2).',
    forge: ({ tokenA, probePath }) => ({ path: `${probePath}?access_token=${tokenA}` }),
  },
  {
    id: 'P1.4-token-in-cookie',
    name: 'A good token in a cookie, which a browser would send for anybody.',
    forge: ({ tokenA }) => ({ cookie: `access_token=${tokenA}; token=${tokenA}; __Host-session=${tokenA}` }),
  },
  {
    id: 'P1.4-token-in-form',
    name: 'A good token in a form (RFC 6750 §2.2).',
    forge: ({ tokenA }) => ({
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `access_token=${tokenA}`,
    }),
    refusals: [401, 415],
  },
  ...['x-access-token', 'x-auth-token', 'x-forwarded-authorization', 'proxy-authorization', 'token'].map(
    (name) => ({
      id: `P1.4-token-in-${name}`,
      name: `A good token in the header ${name}.`,
      forge: ({ tokenA }: { tokenA: string }) => ({ headers: { [name]: `Bearer ${tokenA}` } }),
    }),
  ),
  {
    id: 'P1.4-token-as-api-key',
    name: 'A good token in the place of an API key.',
    forge: ({ tokenA }) => ({ key: tokenA }),
  },
  {
    id: 'P1.4-scheme-basic',
    name: 'A good token as a Basic credential.',
    forge: ({ tokenA }) => bearer(`Basic ${Buffer.from(`${tokenA}:`).toString('base64')}`),
  },
  { id: 'P1.4-scheme-none', name: 'A good token without a scheme.', forge: ({ tokenA }) => bearer(tokenA) },
  {
    id: 'P1.4-scheme-token',
    name: 'A good token under another scheme.',
    forge: ({ tokenA }) => bearer(`Token ${tokenA}`),
  },
  {
    id: 'P1.4-scheme-dpop',
    name: 'A good token as a DPoP token, without proof.',
    forge: ({ tokenA }) => bearer(`DPoP ${tokenA}`),
  },
  {
    id: 'P1.4-two-tokens-comma',
    name: 'Two tokens in one header, the good one second.',
    forge: ({ tokenA }) => bearer(`Bearer x.y.z, Bearer ${tokenA}`),
  },
  {
    id: 'P1.4-trailing-words',
    name: 'A good token with words behind it.',
    forge: ({ tokenA }) => bearer(`Bearer ${tokenA} admin`),
  },
  {
    id: 'P1.4-two-credentials',
    name: 'A good token and a good key in one request: which of them is it?',
    needs: ['api-keys'],
    forge: (world) => ({ token: world.tokenA, key: keysOf(world).writer }),
  },
  {
    id: 'P1.4-good-key-bad-token',
    name: 'A good key carries a forged token along.',
    needs: ['api-keys'],
    forge: (world) => ({
      token: `${part({ alg: 'none' })}.${part({ sub: 'x' })}.`,
      key: keysOf(world).writer,
    }),
  },
];

const SHAPES: readonly TokenAttack[] = [
  { id: 'P1.4-shape-empty', name: 'Bearer and nothing.', forge: () => bearer('Bearer ') },
  { id: 'P1.4-shape-dots', name: 'Two dots.', forge: () => '..' },
  { id: 'P1.4-shape-one-part', name: 'One part.', forge: () => 'abcdef' },
  {
    id: 'P1.4-shape-five-parts',
    name: 'Five parts, as if it were encrypted.',
    forge: ({ tokenA }) => `${tokenA}.a.b`,
  },
  {
    id: 'P1.4-shape-bad-base64',
    name: 'Parts that are no base64url.',
    forge: ({ tokenA }) => tokenA.replaceAll('.', '%.'),
  },
  {
    id: 'P1.4-shape-padding',
    name: 'Padding behind the parts.',
    forge: ({ tokenA }) => tokenA.replaceAll('.', '==.'),
  },
  {
    id: 'P1.4-shape-no-json',
    name: 'A header that is no JSON.',
    forge: ({ tokenA }) => `YWJj.${tokenA.split('.').slice(1).join('.')}`,
  },
  {
    id: 'P1.4-shape-null-header',
    name: 'A header that is null.',
    forge: ({ tokenA }) => `bnVsbA.${tokenA.split('.').slice(1).join('.')}`,
  },
  {
    id: 'P1.4-shape-deep-header',
    name: 'A header of a thousand nested lists.',
    forge: ({ tokenA }) =>
      `${Buffer.from(`{"alg":${'['.repeat(1000)}${']'.repeat(1000)}}`).toString('base64url')}.${tokenA.split('.').slice(1).join('.')}`,
  },
  {
    id: 'P1.4-shape-long',
    name: 'A token of twelve thousand characters.',
    forge: ({ tokenA }) => `${tokenA}${'A'.repeat(12_000)}`,
    refusals: [401, 400, 431],
  },
  {
    id: 'P1.4-shape-huge',
    name: 'A token of two hundred thousand characters.',
    forge: () => `${part({ alg: 'RS256' })}.${'A'.repeat(200_000)}.x`,
    refusals: [401, 400, 431],
  },
  { id: 'P1.4-shape-undefined', name: 'The word undefined.', forge: () => 'undefined' },
  { id: 'P1.4-shape-session-id', name: 'A UUID.', forge: () => '00000000-0000-0000-0000-000000000000' },
];

/** Two headers of one name: what the first reader takes and the second does not. */
const DUPLICATES: readonly Attack[] = ['good-first', 'good-last'].map((order) => ({
  id: `P1.4-two-authorization-headers-${order}`,
  name: `Two Authorization headers, one good and one forged (${order.replace('-', ' ')}).`,
  owasp: 'API2:2023' as const,
  control: (attacker, world) => probe(attacker, world, { token: world.tokenA }),
  attempt: async (attacker, world) => {
    const tokens = [world.tokenA, 'x.y.z'];
    const lines = (order === 'good-first' ? tokens : tokens.toReversed())
      .map((token) => `Authorization: Bearer ${token}\r\n`)
      .join('');
    const text = await attacker.raw(
      `GET ${world.probePath} HTTP/1.1\r\nHost: ${attacker.host}\r\n${lines}Connection: close\r\n\r\n`,
    );
    return statusesIn(text).some((status) => status < 400) ? 'one of the two was chosen' : undefined;
  },
}));

export const TOKEN_TRANSPORT: readonly Attack[] = [...[...PLACES, ...SHAPES].map(tokenAttack), ...DUPLICATES];
