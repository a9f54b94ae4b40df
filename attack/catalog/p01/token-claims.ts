import type { Attack } from '../../engine/attack.ts';
import { type Claims, part } from '../../target/signer.ts';
import { insideOf } from '../../target/world.ts';
import { tokenAttack, type TokenAttack } from './token-attack.ts';

/* Tokens that the issuer's own key has signed, and of which one claim is wrong. */

interface WrongClaim {
  readonly id: string;
  readonly name: string;
  readonly claims?: () => Claims;
  readonly header?: Claims;
}

const now = (): number => Math.floor(Date.now() / 1000);

const WRONG: readonly WrongClaim[] = [
  {
    id: 'P1.4-iss-foreign',
    name: 'Another issuer.',
    claims: () => ({ iss: 'https://issuer.attack.example' }),
  },
  { id: 'P1.4-iss-missing', name: 'No issuer.', claims: () => ({ iss: undefined }) },
  {
    id: 'P1.4-iss-list',
    name: 'A list of issuers.',
    claims: () => ({ iss: ['https://issuer.attack.example'] }),
  },
  { id: 'P1.4-aud-foreign', name: 'Another audience.', claims: () => ({ aud: 'https://other-api.example' }) },
  { id: 'P1.4-aud-missing', name: 'No audience.', claims: () => ({ aud: undefined }) },
  { id: 'P1.4-aud-empty', name: 'An empty list of audiences.', claims: () => ({ aud: [] }) },
  {
    id: 'P1.4-aud-prefix',
    name: 'An audience that begins like ours.',
    claims: () => ({ aud: 'https://secure-api.example.attack.example' }),
  },
  {
    id: 'P1.4-aud-case',
    name: 'Our audience in other letters.',
    claims: () => ({ aud: 'HTTPS://SECURE-API.EXAMPLE' }),
  },
  {
    id: 'P1.4-exp-past',
    name: 'Expired a minute ago.',
    claims: () => ({ iat: now() - 120, exp: now() - 60 }),
  },
  { id: 'P1.4-exp-missing', name: 'No end.', claims: () => ({ exp: undefined }) },
  { id: 'P1.4-exp-text', name: 'An end that is a text.', claims: () => ({ exp: '9999999999' }) },
  { id: 'P1.4-exp-null', name: 'An end that is null.', claims: () => ({ exp: null }) },
  { id: 'P1.4-exp-negative', name: 'An end before 1970.', claims: () => ({ exp: -1 }) },
  { id: 'P1.1-life-of-an-hour', name: 'A life of an hour.', claims: () => ({ exp: now() + 3600 }) },
  { id: 'P1.1-life-of-years', name: 'A life of ten years.', claims: () => ({ exp: now() + 315_360_000 }) },
  { id: 'P1.1-life-one-second-over', name: 'A life of 901 seconds.', claims: () => ({ exp: now() + 901 }) },
  {
    id: 'P1.1-life-hidden-by-iat',
    name: 'A beginning in the future makes a long life look short.',
    claims: () => ({ iat: now() + 3500, exp: now() + 3600 }),
  },
  {
    id: 'P1.1-iat-missing',
    name: 'No beginning, so that no life can be told.',
    claims: () => ({ iat: undefined }),
  },
  { id: 'P1.1-iat-text', name: 'A beginning that is a text.', claims: () => ({ iat: String(now()) }) },
  { id: 'P1.4-nbf-future', name: 'Not good before ten minutes.', claims: () => ({ nbf: now() + 600 }) },
  { id: 'P1.4-nbf-text', name: 'A first moment that is a text.', claims: () => ({ nbf: 'soon' }) },
  { id: 'P1.4-sub-missing', name: 'Nobody’s token.', claims: () => ({ sub: undefined }) },
  { id: 'P1.4-sub-empty', name: 'A token of the empty subject.', claims: () => ({ sub: '' }) },
  { id: 'P1.4-sub-object', name: 'A subject that is an object.', claims: () => ({ sub: { $ne: null } }) },
  { id: 'P1.4-sub-crlf', name: 'A subject with a line break.', claims: () => ({ sub: 'a\r\nX-Attack: 1' }) },
  { id: 'P1.4-tenant-missing', name: 'No tenant.', claims: () => ({ tenant: undefined }) },
  { id: 'P1.4-tenant-empty', name: 'The empty tenant.', claims: () => ({ tenant: '' }) },
  { id: 'P1.4-tenant-list', name: 'Two tenants at once.', claims: () => ({ tenant: ['acme', 'globex'] }) },
  { id: 'P1.4-tenant-wildcard', name: 'A tenant that is a number.', claims: () => ({ tenant: 1 }) },
  { id: 'P1.4-typ-jwt', name: 'A JWT that does not say it is an access token.', header: { typ: 'JWT' } },
  { id: 'P1.4-typ-missing', name: 'A JWT that does not say what it is.', header: { typ: undefined } },
  { id: 'P1.4-typ-logout', name: 'A logout token.', header: { typ: 'logout+jwt' } },
  { id: 'P1.4-typ-dpop', name: 'A proof of possession.', header: { typ: 'dpop+jwt' } },
  {
    id: 'P1.4-crit-unknown',
    name: 'A critical header that nobody knows.',
    header: { crit: ['attack'], attack: 1 },
  },
  {
    id: 'P1.4-crit-b64',
    name: 'A payload that says it is not encoded (RFC 7797).',
    header: { crit: ['b64'], b64: false },
  },
];

/** A scope that is not there, or is there only at a glance: authenticated, and not allowed. */
const NO_SCOPE: readonly WrongClaim[] = [
  { id: 'P1.4-scope-missing', name: 'No scope at all.', claims: () => ({ scope: undefined }) },
  {
    id: 'P1.4-scope-prefix',
    name: 'A scope that begins like the right one.',
    claims: () => ({ scope: 'customers:reads' }),
  },
  {
    id: 'P1.4-scope-substring',
    name: 'A scope inside another word.',
    claims: () => ({ scope: 'xcustomers:read' }),
  },
  {
    id: 'P1.4-scope-wildcard',
    name: 'A scope with a wildcard.',
    claims: () => ({ scope: 'customers:* * *:*' }),
  },
  { id: 'P1.4-scope-case', name: 'A scope in capitals.', claims: () => ({ scope: 'CUSTOMERS:READ' }) },
  {
    id: 'P1.4-scope-comma',
    name: 'Scopes that commas separate.',
    claims: () => ({ scope: 'openid,customers:read' }),
  },
];

function signedWrongly({ id, name, claims, header }: WrongClaim, refusals?: readonly number[]): TokenAttack {
  return {
    id,
    name,
    needs: ['signing-key'],
    genuine: (world) => insideOf(world).signer.token(),
    forge: (world) => insideOf(world).signer.token(claims?.(), header),
    ...(refusals ? { refusals } : {}),
  };
}

const OTHERS: readonly TokenAttack[] = [
  {
    id: 'P1.4-id-token',
    name: 'The ID token of a log-in comes as an access token.',
    needs: ['id-token'],
    forge: (world) => insideOf(world).idToken,
  },
  {
    id: 'P1.2-refresh-token',
    name: 'A refresh token comes as an access token.',
    needs: ['id-token'],
    forge: (world) => insideOf(world).refreshToken,
  },
  {
    id: 'P1.4-token-list',
    name: 'The payload is a list.',
    forge: ({ tokenA }) => `${tokenA.split('.')[0]}.${part([])}.${tokenA.split('.')[2]}`,
  },
];

export const TOKEN_CLAIMS: readonly Attack[] = [
  ...WRONG.map((wrong) => signedWrongly(wrong)),
  ...NO_SCOPE.map((wrong) => signedWrongly(wrong, [403, 401])),
  ...OTHERS,
].map(tokenAttack);
