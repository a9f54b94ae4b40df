import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ISSUER_SHAPES, tokenOf, type Place } from '../support/issuer-shapes.js';
import { TestIssuer } from '../support/issuer.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

/*
 * Another issuer is a change of settings. Each product writes its tokens in a way of its own; with the settings that
 * docs/COMPOSE.md gives for it they open what they should, and its ID tokens nothing.
 */

const PAGE = readFileSync('docs/COMPOSE.md', 'utf8');

/** The lines for `.env` that the page shows for one product. */
function documentedSettings(name: string): Record<string, string> {
  const block = new RegExp(`^# ${name}$\\n((?:[A-Z_]+=.*\\n)+)`, 'm').exec(PAGE)?.[1] ?? '';
  return Object.fromEntries(
    [...block.matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, key = '', value]) => [key, value ?? '']),
  );
}

describe.each(ISSUER_SHAPES)('a token as %s writes it', (_what, shape) => {
  const settings = documentedSettings(shape.name);
  const audience = settings['OIDC_AUDIENCE'] ?? '';
  let issuer: TestIssuer;
  let place: Place;
  let app: TestApp;

  beforeAll(async () => {
    issuer = await TestIssuer.start();
    issuer.url += shape.path;
    place = { issuer: issuer.url, audience };
    app = await createTestApp({ issuer, environment: { ...settings, OIDC_ISSUER: issuer.url } });
  });
  afterAll(() => app.stop());

  const caller = async (claims: Readonly<Record<string, unknown>>, target = app) =>
    target.api.withToken(await tokenOf(issuer, shape, claims));

  it('[P1.4] names subject, tenant, scopes and roles with the settings of the page', async () => {
    const person = await caller(shape.accessToken(place));

    const read = await person.get('/v2/customers');
    const written = await person.post('/v2/customers', {});
    const administered = await person.get('/v2/audit-events');

    expect([read.status, written.status, administered.status]).toEqual([200, 403, 200]);
  });

  it('[P1.4] is refused when it is an ID token, or of another issuer', async () => {
    const strangers = [
      await caller(shape.idToken(place)),
      // An ID token for a client that has the name of the API.
      await caller({ ...shape.idToken(place), aud: audience }),
      await caller({ ...shape.accessToken(place), iss: issuer.url.replace(/\/?$/, '/other') }),
    ];

    const statuses = await Promise.all(
      strangers.map(async (each) => (await each.get('/v2/customers')).status),
    );

    expect(statuses).toEqual([401, 401, 401]);
  });

  it('[P1.4] counter-proof: without the settings of the page it opens nothing', async () => {
    const { OIDC_AUDIENCE } = settings;
    const unset = await createTestApp({
      besides: app,
      environment: { OIDC_AUDIENCE, OIDC_ISSUER: issuer.url },
    });

    const response = await (await caller(shape.accessToken(place), unset)).get('/v2/customers');
    await unset.stop();

    expect(response.status).toBe(401);
  });
});
