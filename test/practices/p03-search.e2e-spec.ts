import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from '../support/api-client.js';
import { aCustomer } from '../support/customers.js';
import { createTestDatabase } from '../support/database.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { without } from '../support/without.js';

/*
 * The attack: a search term that means more than itself. A wildcard finds everybody, a backslash
 * ends the pattern early, a quotation mark ends the string.
 */

let app: TestApp;
let alice: ApiClient;

const PEOPLE: readonly [givenName: string, familyName: string, email: string][] = [
  ['Hundred%', 'Sure', 'a1@example.com'],
  ['Hundred', 'Percent', 'a2@example.com'],
  ['under_score', 'Name', 'a3@example.com'],
  ['underXscore', 'Name', 'a4@example.com'],
  ['back\\slash', 'Name', 'a5@example.com'],
  ["O'Brien", 'Ó Súilleabháin', 'brien+tag@example.org'],
  ['Daniel', 'Ångström', 'a6@example.com'],
  ['太郎', '山田', 'a7@example.com'],
  ['👩‍💻🧪🔬', 'Emoji', 'a8@example.com'],
  ['Straße', 'Weiß', 'a9@example.com'],
];

beforeAll(async () => {
  app = await createTestApp();
  alice = await app.as();
  for (const [givenName, familyName, email] of PEOPLE) {
    await alice.post('/v2/customers', aCustomer({ givenName, familyName, email }));
  }
  const stranger = await app.as({ tenant: 'globex' });
  await stranger.post('/v2/customers', aCustomer({ givenName: 'Hundred%', familyName: 'Foreign' }));
});
afterAll(() => app.stop());

async function search(term: string, query = '', caller = alice): Promise<string[]> {
  const { body } = await caller.get(`/v2/customers?search=${encodeURIComponent(term)}${query}`);
  return body.data.map(({ email }: { email: string }) => email.split('@')[0]);
}

describe('the search', () => {
  it.each([
    ['a percent sign', 'ed%', ['a1']],
    ['an underscore', 'r_s', ['a3']],
    ['a backslash', 'k\\s', ['a5']],
    ['nothing but wildcards', '%%%', []],
    ['nothing but underscores', '___', []],
    ['nothing but backslashes', '\\\\\\', []],
    ['a wildcard inside', 'hun%red', []],
    ['a quotation mark', "o'b", ['brien+tag']],
  ])('[P3.4] takes %s as itself', async (_what, term, found) => {
    expect(await search(term)).toEqual(found);
  });

  it('[P3.4] counter-proof: with the ORM’s own `contains`, the same terms find everybody', async () => {
    const undefended = await createTestApp({ besides: app, removal: without('literal search') });
    const caller = undefended.api.withToken(await app.issuer.token());

    expect(await search('ed%', '', caller)).toEqual(['a1', 'a2']);
    expect(await search('___', '', caller)).toHaveLength(PEOPLE.length);
    await undefended.stop();
  });

  it.each([
    ['in capitals', 'HUNDRED', ['a1', 'a2']],
    ['with letters beyond ASCII, in capitals', 'ÅNGSTRÖM', ['a6']],
    ['in another normal form', 'A\u030angstro\u0308m', ['a6']],
    ['across given name and family name', 'hundred percent', ['a2']],
    ['of the e-mail address', '+TAG@example', ['brien+tag']],
    ['in Chinese characters', '郎 山', ['a7']],
    ['in emoji', '🧪🔬', ['a8']],
    ['with a letter that has no capital', 'raße', ['a9']],
    ['of nobody', 'zzz', []],
  ])('finds a part %s', async (_what, term, found) => {
    expect(await search(term)).toEqual(found);
  });

  it('does not run across the border of name and e-mail address', async () => {
    expect(await search('surea1')).toEqual([]);
    expect(await search('sure a1')).toEqual([]);
  });

  it.each(['', 'ab', '  a'.trim(), '   ', 'x'.repeat(101), 'a\u0000b', 'abc\n'])(
    '[P3.2] refuses the term %j',
    async (term) => {
      const response = await alice.get(`/v2/customers?search=${encodeURIComponent(term)}`);

      expect(response).toMatchObject({ status: 400, body: { errors: [{ field: 'search' }] } });
    },
  );

  it('[P1.4] finds nobody of another tenant', async () => {
    expect(await search('foreign')).toEqual([]);
  });

  it('keeps every order and filter, and its cursors belong to the term', async () => {
    const query = 'search=example.com&limit=3&sort=-familyName&status=active';
    const { body: first } = await alice.get(`/v2/customers?${query}`);
    const { body: second } = await alice.get(`/v2/customers?${query}&cursor=${first.nextCursor}`);
    const { body: whole } = await alice.get(`/v2/customers?${query.replace('limit=3', 'limit=100')}`);
    const other = await alice.get(
      `/v2/customers?limit=3&sort=-familyName&status=active&cursor=${first.nextCursor}`,
    );

    expect([...first.data, ...second.data]).toEqual(whole.data.slice(0, 6));
    expect(whole.data).toHaveLength(9);
    expect(other.body.code).toBe('customers.invalid_cursor');
    expect(app.log.events(other.requestId)).toMatchObject([
      { securityEvent: 'input_validation_fail', violations: [{ field: 'cursor' }] },
    ]);
  });

  it.each(['createdAt', '-createdAt', 'familyName'])(
    'pages through all matches in the order of %s',
    async (sort) => {
      const found: string[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const { body }: { body: { data: { email: string }[]; nextCursor: string | null } } = await alice.get(
          `/v2/customers?search=example&limit=3&sort=${sort}${cursor && `&cursor=${cursor}`}`,
        );
        found.push(...body.data.map(({ email }) => email));
        cursor = body.nextCursor;
      }

      const { body: all } = await alice.get(`/v2/customers?limit=100&sort=${sort}`);
      expect(found).toEqual(all.data.map(({ email }: { email: string }) => email));
    },
  );
});

it('finds every letter whatever the locale of the server: nothing falls out of the index', async () => {
  const database = await createTestDatabase();
  const folded = (text: string): Promise<{ trigrams: string[] }[]> =>
    database.inspect('SELECT show_trgm(search.folded($1)) AS trigrams', [text]);

  for (const text of ['山田太', '%_\\', '  \u00a0', '👩👩', 'Åsa', "O'B", '...']) {
    const [row] = await folded(text);
    expect(
      row?.trigrams.some((trigram) => /^[a-z0-9]{3}$/.test(trigram)),
      text,
    ).toBe(true);
  }
  await database.drop();
});
