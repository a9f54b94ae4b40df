import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Exchange } from '../../src/versioning/changelog/guides/guide.js';
import { GUIDES } from '../../src/versioning/changelog/guides/guides.js';
import { perform, shapeOf } from '../support/guide-exchanges.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

/*
 * The attack: a document. Whoever moves by a guide that is wrong, or finds none where a header points,
 * stays with the version that ends.
 */

let app: TestApp;

beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.stop());

interface Example {
  readonly name: string;
  readonly title: string;
  readonly when: 'before' | 'after';
  readonly exchange: Exchange;
}

const exchanges: Example[] = Object.entries(GUIDES).flatMap(([name, { steps }]) =>
  steps.flatMap(({ title, before, after }) => [
    { name, title, when: 'before', exchange: before },
    { name, title, when: 'after', exchange: after },
  ]),
);

const answerTo = async (exchange: Exchange): Promise<unknown> =>
  shapeOf(await perform(exchange, await app.as({ tenant: randomUUID() })));

describe('the guide', () => {
  it.each(exchanges)('[P5.3] $name tells the truth: $title, $when', async ({ exchange }) => {
    expect(await answerTo(exchange)).toEqual(shapeOf(exchange.response));
  });

  it('[P5.3] v1-to-v2 speaks to v1 before and to v2 after, with every method that there is', () => {
    const { steps } = GUIDES['v1-to-v2'];
    const methods = (when: 'before' | 'after') => new Set(steps.map((step) => step[when].method));

    expect(steps.filter(({ before }) => !before.path.startsWith('/v1/customers'))).toEqual([]);
    expect(steps.filter(({ after }) => !after.path.startsWith('/v2/customers'))).toEqual([]);
    expect(methods('before')).toEqual(new Set(['GET', 'POST', 'PATCH', 'DELETE']));
    expect(methods('after')).toEqual(methods('before'));
  });

  it('[P5.3] counter-proof: a payload that is wrong in one field, one status or one header is noticed', async () => {
    const { after } = GUIDES['v1-to-v2'].steps[0];
    const { response } = after;
    const lies: Exchange['response'][] = [
      { ...response, body: { ...response.body, firstName: 'Ada' } },
      { ...response, body: { ...response.body, familyName: null } },
      { ...response, body: { ...response.body, id: 'ada' } },
      { ...response, status: 201 },
      { ...response, headers: { ETag: '"1"' } },
      { ...response, headers: { ...response.headers, 'X-Total-Count': '3' } },
    ];

    for (const lie of lies) {
      expect(await answerTo({ ...after, response: lie }), JSON.stringify(lie)).not.toEqual(shapeOf(lie));
    }
  });
});

describe('a guide at its address', () => {
  const path = '/changelog/guides/v1-to-v2';

  it('[P5.3] is where the answers of v1 point to', async () => {
    const { headers } = await (await app.as()).get('/v1/customers');

    expect(headers.get('link')).toContain(`<${path}>; rel="deprecation"`);
    expect((await fetch(app.url + path)).status).toBe(200);
  });

  it('[P5.3] is data for programs and a page for people, with both payloads in either', async () => {
    const [before, after] = ['"fullName": "Ada Lovelace"', '"givenName": "Ada"'];

    const data = await fetch(app.url + path, { headers: { accept: 'application/json' } });
    const page = await fetch(app.url + path, { headers: { accept: 'text/html' } });
    const text = await page.text();

    expect(await data.json()).toEqual(GUIDES['v1-to-v2']);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(text).toContain(before.replaceAll('"', '&quot;'));
    expect(text).toContain(after.replaceAll('"', '&quot;'));
  });

  it.each(['v2-to-v3', '__proto__', 'constructor', 'V1-to-v2', '..%2f..%2fpackage', 'a'.repeat(65)])(
    '[P5.3] is not found under a name that no guide has: %s',
    async (name) => {
      const { status, body } = await app.api.get(`/changelog/guides/${name}`);

      expect([400, 404]).toContain(status);
      expect(JSON.stringify(body)).not.toContain('steps');
    },
  );
});
