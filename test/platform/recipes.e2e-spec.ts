import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { applyMigrations } from '../../src/database/migrations/apply-migrations.js';
import { readMigrationFiles } from '../../src/database/migrations/migration-files.js';
import { ApiClient } from '../support/api-client.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { testEnvironment } from '../support/environment.js';
import { freePort } from '../support/free-port.js';
import { TestIssuer } from '../support/issuer.js';
import { ProjectCopy } from '../support/project-copy.js';

/* Follows docs/MAKE_IT_YOURS.md step by step, with the code that stands there. */

const document = readFileSync(new URL('../../docs/MAKE_IT_YOURS.md', import.meta.url), 'utf8');

/** The code blocks of the section, without the indentation of the list they stand in. */
function codeBlocks(language: string): string[] {
  const blocks = document.matchAll(new RegExp(`^ {3}\`\`\`${language}\\n([\\s\\S]*?)^ {3}\`\`\``, 'gm'));
  return [...blocks].map(([, code = '']) => code.replace(/^ {3}/gm, ''));
}

let copy: ProjectCopy;
let database: TestDatabase;
let issuer: TestIssuer;

beforeEach(async () => {
  [copy, database, issuer] = await Promise.all([
    ProjectCopy.make(),
    createTestDatabase(),
    TestIssuer.start(),
  ]);
});
afterEach(() => Promise.all([copy.remove(), issuer.stop(), database.drop()]));

const run = async <T>(work: (api: ApiClient) => Promise<T>): Promise<T> =>
  copy.whileRunning(testEnvironment(database.url('application'), issuer.url), await freePort(), (url) =>
    work(new ApiClient(url)),
  );

describe('the recipe to', () => {
  it(
    'delete the example resource leaves an application that compiles and starts',
    { timeout: 90_000 },
    async () => {
      await copy.delete('src/customers');
      await copy.deleteLines('src/app.module.ts', ['CustomersModule']);

      const faults = copy.build();
      const [ready, gone] = await run((api) =>
        Promise.all([api.get('/health/ready'), api.get('/v2/customers')]),
      );

      expect(faults).toBe('');
      expect([ready.status, gone.status]).toEqual([200, 404]);
    },
  );

  it('take one practice out leaves the others in force', { timeout: 90_000 }, async () => {
    const [, section = ''] = document.split('## Take one practice out');
    const words = [...(section.split('## ')[0] ?? '').matchAll(/`([A-Z]\w+)`/g)].map(([, word = '']) => word);
    await copy.deleteLines('src/app.module.ts', words);

    const faults = copy.build();
    const token = await issuer.token();
    const [stranger, unchecked] = await run((api) =>
      Promise.all([api.get('/v2/customers'), api.withToken(token).get('/v2/customers/not-a-uuid?x=1')]),
    );

    expect(words).toHaveLength(5);
    expect(faults).toBe('');
    expect(stranger.status).toBe(401);
    expect(unchecked.status).not.toBe(400);
  });

  it('add a resource gives one that is protected like the rest', { timeout: 90_000 }, async () => {
    const [model = ''] = codeBlocks('prisma');
    const [sql = ''] = codeBlocks('sql');
    const [controller = '', module = ''] = codeBlocks('ts');
    await copy.edit('prisma/schema.prisma', (schema) => `${schema}\n${model}`);
    await copy.write('prisma/migrations/20270101000000_invoices/migration.sql', sql);
    await copy.write('src/invoices/invoices.controller.ts', controller);
    await copy.write('src/invoices/invoices.module.ts', module);
    await copy.edit('src/app.module.ts', (text) =>
      `import { InvoicesModule } from './invoices/invoices.module.js';\n${text}`.replace(
        '        CustomersModule,',
        '        CustomersModule,\n        InvoicesModule,',
      ),
    );

    const faults = copy.build();
    const migrations = await readMigrationFiles(new URL(`file://${copy.path('prisma/migrations/')}`));
    await applyMigrations(database.url('owner'), migrations);
    await database.inspect(
      `INSERT INTO invoices VALUES (gen_random_uuid(), 'acme', 'A-1', 100), (gen_random_uuid(), 'globex', 'G-1', 200)`,
    );
    const scope = 'invoices:read';
    const tokens = await Promise.all(
      [{ scope }, { scope, tenant: 'globex' }, {}].map((claims) => issuer.token({ claims })),
    );
    const responses = await run((api) =>
      Promise.all(
        [...tokens.map((token) => api.withToken(token)), api].map((caller) => caller.get('/v2/invoices')),
      ),
    );

    expect(faults).toBe('');
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 403, 401]);
    expect(responses[0]?.body.data).toEqual([{ number: 'A-1', amountCents: 100 }]);
    expect(responses[1]?.body.data).toEqual([{ number: 'G-1', amountCents: 200 }]);
  });
});
