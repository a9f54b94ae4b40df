import { randomUUID } from 'node:crypto';
import { aKeyOf } from '../api-keys.js';
import type { TestApp } from '../test-app.js';
import { TestBrowser } from '../test-browser.js';
import type { FuzzRequest, Identity } from './requests.js';

const ALL_SCOPES = 'customers:read customers:write customers:read_sensitive api-keys:read api-keys:write';
const OWN_CREDENTIALS = new Set(['authorization', 'cookie', 'x-api-key']);

type Headers = Record<string, string>;

/** Who sends the requests. A session that was logged out and a key that was rotated are replaced. */
export class Credentials {
  private readonly made = new Map<Identity, Promise<Headers>>();
  private readonly makers: Record<Identity, () => Promise<Headers>>;

  constructor(app: TestApp) {
    const bearer = async (claims: object): Promise<Headers> => {
      const iat = app.clock.nowSeconds();
      const all = { scope: ALL_SCOPES, iat, exp: iat + 600, ...claims };
      return { authorization: `Bearer ${await app.issuer.token({ claims: all })}` };
    };
    this.makers = {
      nobody: () => Promise.resolve({}),
      person: () => bearer({ sub: 'person' }),
      administrator: () => bearer({ sub: 'admin', roles: ['administrator'] }),
      program: async () => {
        // One owner each, because an owner may have only so many keys.
        const owner = await app.as({ sub: `owner-${randomUUID()}`, scope: ALL_SCOPES });
        return { 'x-api-key': (await aKeyOf(owner, { scopes: ALL_SCOPES.split(' ') })).key };
      },
      browser: async () => {
        const browser = new TestBrowser(app);
        await browser.logIn();
        return { ...browser.pageHeaders, 'x-csrf-token': browser.csrfToken };
      },
    };
  }

  of(identity: Identity): Promise<Headers> {
    const headers = this.made.get(identity) ?? this.makers[identity]();
    this.made.set(identity, headers);
    return headers;
  }

  /** A refusal of an untouched credential means that it is over. */
  learn({ identity, headers }: FuzzRequest, status: number): void {
    if (status === 401 && !headers.some(([name]) => OWN_CREDENTIALS.has(name.toLowerCase()))) {
      this.made.delete(identity);
    }
  }
}
