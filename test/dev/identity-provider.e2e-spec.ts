import { decodeJwt, decodeProtectedHeader } from 'jose';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLI_CLIENT } from '../../dev/identity-provider/clients.ts';
import {
  startIdentityProvider,
  type IdentityProvider,
} from '../../dev/identity-provider/identity-provider.ts';
import { obtainTokens } from '../../dev/obtain-token.ts';
import { ensureSecrets, type Secrets } from '../../dev/secrets.ts';
import { AUDIENCE } from '../../dev/settings.ts';
import { DevMachine } from '../support/dev-start.js';

let machine: DevMachine;
let provider: IdentityProvider;
let secrets: Secrets;

beforeAll(async () => {
  machine = await DevMachine.make();
  secrets = await ensureSecrets(machine.folder);
  provider = await startIdentityProvider({
    port: machine.ports[1],
    audience: AUDIENCE,
    webOrigin: 'http://localhost:3000',
    appUrl: 'http://localhost:3002/',
    secrets,
  });
});
afterAll(async () => {
  await provider.stop();
  await machine.remove();
});

const tokensOf = (name: string, options: { scopes?: string[]; isOffline?: boolean } = {}) =>
  obtainTokens({ issuer: provider.issuer, name, secrets, ...options });

describe('the embedded provider', () => {
  it('signs ten-minute access tokens for this API (RFC 9068)', async () => {
    const { access_token: token } = await tokensOf('carol');

    const claims = decodeJwt(token);
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'RS256', typ: 'at+jwt' });
    expect(claims).toMatchObject({
      iss: provider.issuer,
      aud: AUDIENCE,
      tenant: 'acme',
      client_id: CLI_CLIENT,
    });
    expect(claims['roles']).toEqual(['administrator']);
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(600);
  });

  it('grants no scope that the user may not have', async () => {
    const { access_token: token } = await tokensOf('bob', { scopes: ['customers:read', 'customers:write'] });

    expect(decodeJwt(token)['scope']).toBe('customers:read');
  });

  it('rotates refresh tokens, and refuses one that comes back', async () => {
    const { refresh_token: first = '' } = await tokensOf('alice', { isOffline: true });
    const client = await oidc.discovery(new URL(provider.issuer), CLI_CLIENT, undefined, oidc.None(), {
      execute: [oidc.allowInsecureRequests],
    });

    const { refresh_token: second } = await oidc.refreshTokenGrant(client, first);

    expect(second).toBeDefined();
    expect(second).not.toBe(first);
    await expect(oidc.refreshTokenGrant(client, first)).rejects.toThrow();
  });

  it('knows a service by its client credentials', async () => {
    const { access_token: token } = await tokensOf('demo-service');

    expect(decodeJwt(token)).toMatchObject({
      tenant: 'acme',
      scope: 'customers:read',
      client_id: 'demo-service',
    });
  });

  it('says which users there are when asked for another', async () => {
    await expect(tokensOf('mallory')).rejects.toThrow('There is no demo user "mallory"');
  });
});
