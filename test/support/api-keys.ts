import { ApiClient, type ApiResponse } from './api-client.js';
import type { TestApp } from './test-app.js';

/** Everything that the tests of keys need their person to have. */
export const KEY_SCOPES = 'customers:read customers:write api-keys:read api-keys:write';

export interface IssuedKey {
  readonly id: string;
  readonly key: string;
  readonly expiresAt: string;
}

/** Every key that was made in this test file. */
export const issuedKeys: string[] = [];

/** From an address of one's own, where the proxy of the tests is trusted; elsewhere it says nothing. */
export const from = (address: string): Record<string, string> => ({
  'x-forwarded-for': address,
  'x-forwarded-proto': 'https',
});

/** A person who may manage keys. */
export async function aPerson(app: TestApp, claims: Record<string, unknown> = {}): Promise<ApiClient> {
  const now = app.clock.nowSeconds();
  const token = await app.issuer.token({
    claims: { scope: KEY_SCOPES, iat: now, exp: now + 600, ...claims },
  });
  return new ApiClient(app.url, from('198.51.100.1')).withToken(token);
}

/** Makes a key; `changes` are members of the body beside or instead of the ordinary ones. */
export async function aKeyOf(person: ApiClient, changes: Record<string, unknown> = {}): Promise<IssuedKey> {
  const made = await person.post('/v2/api-keys', { name: 'a key', scopes: ['customers:read'], ...changes });
  if (made.status !== 201) {
    throw new Error(`no key was made: ${made.status} ${JSON.stringify(made.body)}`);
  }
  const issued = made.body as IssuedKey;
  issuedKeys.push(issued.key);
  return issued;
}

/** A program with a key. */
export function withKey(
  { url }: Pick<TestApp, 'url'>,
  key: string,
  headers: Record<string, string> = {},
): ApiClient {
  return new ApiClient(url, { ...from('198.51.100.7'), ...headers, 'x-api-key': key });
}

/** The reason of the refusal in the log. */
export function refusalOf(app: TestApp, { requestId }: ApiResponse): unknown {
  return app.log.events(requestId).find((event) => event['securityEvent'] === 'authn_login_fail')?.['reason'];
}
