import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK, type JWTPayload } from 'jose';
import { TEST_AUDIENCE } from './environment.js';

export interface TokenOptions {
  readonly header?: Record<string, unknown>;
  /** Claims beside, or instead of, the ordinary ones; `undefined` removes one. */
  readonly claims?: Record<string, unknown>;
  /** Signs with this key instead of the issuer's current one. */
  readonly key?: CryptoKey | Uint8Array;
}

const LIFETIME_SECONDS = 600;

/** An OpenID issuer of the tests: discovery, key set, and tokens of any shape. */
export class TestIssuer {
  private server!: Server;
  private privateKey!: CryptoKey;
  private readonly published: JWK[] = [];
  private keyId = '';
  /** How often the key set was fetched. */
  keyFetches = 0;
  isDown = false;
  keySetUrl = '';
  url = '';

  static async start(): Promise<TestIssuer> {
    const issuer = new TestIssuer();
    issuer.server = createServer((request, response) => {
      const document = issuer.answer(request.url ?? '');
      response.writeHead(document ? 200 : 503, { 'content-type': 'application/json' });
      response.end(JSON.stringify(document ?? {}));
    }).listen(0, '127.0.0.1');
    await once(issuer.server, 'listening');
    issuer.url = `http://127.0.0.1:${(issuer.server.address() as AddressInfo).port}`;
    issuer.keySetUrl = `${issuer.url}/jwks`;
    await issuer.rotateKey();
    return issuer;
  }

  /** Signs with a new key from now on; the old one stays published unless withdrawn. */
  async rotateKey({ withdrawOld = false } = {}): Promise<void> {
    const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
    this.keyId = randomUUID();
    this.privateKey = privateKey;
    if (withdrawOld) {
      this.published.length = 0;
    }
    this.publish({ ...(await exportJWK(publicKey)), kid: this.keyId, use: 'sig', alg: 'RS256' });
  }

  /** Adds a key to the published set. */
  publish(jwk: JWK): void {
    this.published.push(jwk);
  }

  /** An access token of the ordinary shape, changed by the options. */
  async token({ header = {}, claims = {}, key }: TokenOptions = {}): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const ordinary = {
      iss: this.url,
      aud: TEST_AUDIENCE,
      sub: 'user-1',
      client_id: 'test-client',
      jti: randomUUID(),
      iat: now,
      exp: now + LIFETIME_SECONDS,
      tenant: 'acme',
      scope: 'customers:read customers:write',
    };
    return new SignJWT(JSON.parse(JSON.stringify({ ...ordinary, ...claims })) as JWTPayload)
      .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: this.keyId, ...header })
      .sign(key ?? this.privateKey);
  }

  async stop(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }

  private answer(path: string): object | null {
    if (this.isDown) {
      return null;
    }
    if (path === '/.well-known/openid-configuration') {
      return { issuer: this.url, jwks_uri: this.keySetUrl };
    }
    this.keyFetches += 1;
    return { keys: this.published };
  }
}
