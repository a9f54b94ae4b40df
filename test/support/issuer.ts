import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
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
  protected server!: Server;
  private privateKey!: CryptoKey;
  private readonly published: JWK[] = [];
  private keyId = '';
  /** Its clock, in milliseconds: that of the application under test, which may stand still. */
  now: () => number = () => Date.now();
  /** How often the key set was fetched. */
  keyFetches = 0;
  isDown = false;
  keySetUrl = '';
  url = '';

  static async start<Kind extends TestIssuer>(this: new () => Kind): Promise<Kind> {
    const issuer = new this();
    issuer.server = createServer((request, response) => {
      void issuer.respond(request, response);
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
    const now = this.nowSeconds();
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
    return this.sign({ ...ordinary, ...claims }, { typ: 'at+jwt', ...header }, key);
  }

  /** Signs any claims; `undefined` leaves one out. */
  protected async sign(
    claims: object,
    header: Record<string, unknown> = {},
    key?: CryptoKey | Uint8Array,
  ): Promise<string> {
    return new SignJWT(JSON.parse(JSON.stringify(claims)) as JWTPayload)
      .setProtectedHeader({ alg: 'RS256', kid: this.keyId, ...header })
      .sign(key ?? this.privateKey);
  }

  /** What the issuer takes the time to be. */
  nowSeconds(): number {
    return Math.floor(this.now() / 1000);
  }

  async stop(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }

  /** The discovery document. */
  protected get metadata(): object {
    return { issuer: this.url, jwks_uri: this.keySetUrl };
  }

  protected async respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const document = this.answer(request.url ?? '');
    response.writeHead(document ? 200 : 503, { 'content-type': 'application/json' });
    response.end(JSON.stringify(document ?? {}));
  }

  private answer(path: string): object | null {
    if (this.isDown) {
      return null;
    }
    // Behind whatever path the issuer has.
    if (path.endsWith('/.well-known/openid-configuration')) {
      return this.metadata;
    }
    this.keyFetches += 1;
    return { keys: this.published };
  }
}
