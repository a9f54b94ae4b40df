import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from '../support/api-client.js';
import { aCustomer } from '../support/customers.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { without } from '../support/without.js';

/*
 * The attack: text that breaks what reads it later. SQL in a name, control characters that
 * forge log lines and terminals, half characters that no encoder can write, marks that make
 * text read backwards, and two spellings of one word that compare as different.
 */

const PAYLOADS = [
  `Robert'); DROP TABLE customers;--`,
  `' OR '1'='1`,
  `'; UPDATE customers SET notes = 'owned'; --`,
  `" OR ""="`,
  `1; SELECT pg_sleep(10)`,
  `' UNION SELECT rolname, rolpassword FROM pg_authid --`,
  `\\'; DELETE FROM customers; --`,
  `$1 $2 $$ $tag$`,
  '%_%\\%',
  `{"$gt": ""}`,
  `<script>alert(1)</script>`,
  `{{7*7}} \${7*7} <%= 7*7 %>`,
  `=HYPERLINK("http://evil.example")`,
  `../../etc/passwd`,
  `O’Brien-Ó Súilleabháin`,
  '山田 太郎 😀 👩‍👩‍👧',
  'نص عربي',
];

let app: TestApp;
let alice: ApiClient;

beforeAll(async () => {
  app = await createTestApp();
  alice = await app.as();
});
afterAll(() => app.stop());

/** Count and checksum of every table, without the customers that the test itself makes. */
async function checksums(...ownIds: string[]): Promise<unknown> {
  const tables = ['customers', 'idempotency_keys', '_prisma_migrations'];
  return Promise.all(
    tables.map((table) =>
      app.database.inspect(
        `SELECT count(*)::int, md5(string_agg(t::text, '|' ORDER BY id)) FROM ${table} t WHERE id::text <> ALL ($1)`,
        [ownIds],
      ),
    ),
  );
}

/** The string fields that take any text, and in which version. */
const FREE_TEXT = [
  ['/v2/customers', 'givenName'],
  ['/v2/customers', 'familyName'],
  ['/v2/customers', 'notes'],
  ['/v1/customers', 'fullName'],
  ['/v1/customers', 'notes'],
] as const;

const aBody = (path: string, content: Record<string, unknown>): Record<string, unknown> => {
  const { givenName, familyName, ...rest } = aCustomer(content);
  return path.startsWith('/v1') ? { fullName: 'Ada Lovelace', ...rest } : { givenName, familyName, ...rest };
};

describe('what is text stays text', () => {
  describe.each(FREE_TEXT)('in %s, field %s', (path, field) => {
    it.each(PAYLOADS)(
      '[P3.4] %s is stored and returned verbatim, and nothing else changes',
      async (payload) => {
        const value = field === 'fullName' ? `${payload} X` : payload;
        const { body: target } = await alice.post(path, aBody(path, {}));
        const before = await checksums(target.id);

        const changed = await alice.patch(`${path}/${target.id}`, { [field]: value });
        const created = await alice.post(path, aBody(path, { [field]: value }));

        expect([changed.status, created.status]).toEqual([200, 201]);
        expect([changed.body[field], created.body[field]]).toEqual([value, value]);
        expect((await alice.get(`${path}/${created.body.id}`)).body[field]).toBe(value);
        expect(await checksums(target.id, created.body.id)).toEqual(before);
      },
    );
  });

  it.each([`o'brien--`, `"; drop table customers; --"`, `a%_b`, `x'||(select 1)||'`, '{{7*7}}'])(
    '[P3.4] an e-mail address with %s in it is refused, or stored verbatim; nothing else changes',
    async (local) => {
      const before = await checksums();

      const created = await alice.post('/v2/customers', aCustomer({ email: `${local}@example.com` }));

      expect([201, 400]).toContain(created.status);
      if (created.status === 201) {
        expect(created.body.email).toBe(`${local}@example.com`);
      }
      expect(await checksums(created.body.id ?? '')).toEqual(before);
    },
  );

  it.each(PAYLOADS)('[P3.4] a search for %s finds what contains it, and changes nothing', async (payload) => {
    const { body: match } = await alice.post('/v2/customers', aCustomer({ familyName: `<${payload}>` }));
    const before = await checksums();

    const { status, body } = await alice.get(`/v2/customers?limit=100&search=${encodeURIComponent(payload)}`);

    expect(status).toBe(200);
    expect(body.data.map(({ id }: { id: string }) => id)).toContain(match.id);
    for (const { givenName, familyName, email } of body.data) {
      expect(`${givenName} ${familyName} ${email}`.toLowerCase()).toContain(payload.toLowerCase());
    }
    expect(await checksums()).toEqual(before);
  });

  it('[P3.4] keeps a full name of v1 exactly, and splits it at the last space', async () => {
    const fullName = `Ana María  de la Cruz'); DROP--`;

    const created = await alice.post('/v1/customers', { fullName, email: 'ana.maria@example.com' });
    const asV2 = await alice.get(`/v2/customers/${created.body.id}`);

    expect(created.body.fullName).toBe(fullName);
    expect(asV2.body).toMatchObject({ givenName: `Ana María  de la Cruz');`, familyName: 'DROP--' });
  });

  it('[P3.4] counter-proof: with SQL joined from strings, a name becomes a command', async () => {
    const own = await createTestApp();
    const undefended = await createTestApp({ besides: own, removal: without('parameterized queries') });
    const victim = await own.as();
    await victim.post('/v2/customers', aCustomer());
    const caller = undefended.api.withToken(await own.issuer.token());
    const payload = `x', 'y', 'z@example.com', now()); DELETE FROM customers; --`;

    await caller.post('/v2/customers', aCustomer({ givenName: payload }));

    expect((await victim.get('/v2/customers')).body.data).toEqual([]);
    await undefended.stop();
    await own.stop();
  });
});

describe('text that is not allowed', () => {
  it.each([
    ['a null character', 'A\u0000B'],
    ['an escape sequence', 'A\u001b[31mB'],
    ['a line break in a name', 'A\nB'],
    ['a C1 control', 'A\u0085B'],
    ['a line separator', 'A\u2028B'],
    ['a lone high surrogate', 'A\ud800B'],
    ['a lone low surrogate', 'A\udc00'],
    ['a right-to-left override', 'A\u202eB'],
    ['nothing but blanks', ' \u00a0 '],
    ['nothing', ''],
    ['one character too many', 'x'.repeat(101)],
  ])('[P3.2] is refused: %s', async (_what, givenName) => {
    const raw = JSON.stringify(aCustomer({ givenName: '#' })).replace('"#"', JSON.stringify(givenName));

    const response = await alice.send('POST', '/v2/customers', { raw });

    expect(response.status).toBe(400);
    expect(response.body.errors).toMatchObject([{ field: 'givenName', rules: ['isText'] }]);
  });

  it.each(['a\ud800@example.com', 'a@exam\udc00ple.com'])(
    '[P3.2] is refused as an address, too: half a character (%#)',
    async (email) => {
      const raw = JSON.stringify(aCustomer({ email }));

      const response = await alice.send('POST', '/v2/customers', { raw });

      expect(response.status).toBe(400);
      expect(response.body.errors).toMatchObject([{ field: 'email', rules: ['isEmail', 'isText'] }]);
    },
  );

  it('[P3.2] notes may have lines and tabs, and no other control characters', async () => {
    const allowed = await alice.post('/v2/customers', aCustomer({ notes: 'a\r\n\tb' }));
    const refused = await alice.post('/v2/customers', aCustomer({ notes: 'a\u0007b' }));

    expect(allowed.body.notes).toBe('a\r\n\tb');
    expect(refused.status).toBe(400);
  });

  it('[P3.2] one word has one spelling: what is stored is in normal form C', async () => {
    const decomposed = 'Zoe\u0308';

    const { body } = await alice.post('/v2/customers', aCustomer({ givenName: decomposed }));

    expect(body.givenName).toBe('Zo\u00eb');
    const [row] = await app.database.inspect('SELECT given_name FROM customers WHERE id = $1', [body.id]);
    expect(row).toEqual({ given_name: 'Zo\u00eb' });
  });

  it('[P3.2] bounds hold for the normal form, in every field', async () => {
    const long = {
      givenName: 'x'.repeat(101),
      familyName: 'x'.repeat(101),
      email: `${'x'.repeat(250)}@example.com`,
      phone: `+${'1'.repeat(16)}`,
      taxId: 'x'.repeat(33),
      notes: 'x'.repeat(2001),
    };
    const malformed = { email: 'nobody', phone: '0049 30 1', taxId: '<b>1</b>' };

    for (const [field, value] of [...Object.entries(long), ...Object.entries(malformed)]) {
      const response = await alice.post('/v2/customers', aCustomer({ [field]: value }));

      expect(response.body.errors).toMatchObject([{ field }]);
    }
  });
});
