import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseConfiguration } from '../../src/platform/config/configuration.js';
import { CONFIG_SLICES } from '../../src/app.module.js';
import { ALL_SLICES, exampleEnvironment, settingsTable } from './settings.js';

/*
 * Documentation of settings is written from their schemas. `npm run docs:settings` writes it
 * again; here it is only compared.
 */

/** One table of one slice or several, by name. */
const BLOCK = /<!-- settings: ([\w ]+) -->\n[\s\S]*?<!-- end of settings -->/g;

const root = new URL('../../', import.meta.url);

const readmes = globSync('src/*/README.md', { cwd: root });

const textOf = (path: string): string => readFileSync(new URL(path, root), 'utf8');

describe('the documentation of settings', () => {
  it('.env.example names every setting with its default', async () => {
    await expect(exampleEnvironment()).toMatchFileSnapshot('../../.env.example');
  });

  it.each(readmes)('%s has the table of its settings', async (path) => {
    const current = textOf(path).replace(BLOCK, (_block, names: string) => {
      const slices = names.split(' ').map((name) => ALL_SLICES.find((slice) => slice.name === name));
      const table = slices.every((slice) => slice !== undefined) ? settingsTable(slices) : 'no such slice';
      return `<!-- settings: ${names} -->\n\n${table}\n\n<!-- end of settings -->`;
    });

    await expect(current).toMatchFileSnapshot(`../../${path}`);
  });

  it('every slice of a practice stands in the README of its folder', () => {
    const shown = new Set(
      readmes.flatMap((path) =>
        [...textOf(path).matchAll(BLOCK)].flatMap(([, names = '']) => names.split(' ')),
      ),
    );
    const ofPlatform = ['RuntimeConfig', 'HttpConfig', 'RedisConfig', 'CryptoConfig'];

    const missing = ALL_SLICES.map(({ name }) => name).filter(
      (name) => !shown.has(name) && !ofPlatform.includes(name),
    );

    expect(missing).toEqual([]);
  });

  it('the example with its required fields filled in, and who speaks TLS, starts the application', () => {
    const lines = exampleEnvironment()
      .split('\n')
      .filter((line) => /^[A-Z0-9_]+=$/.test(line));
    const key = (first: number): string =>
      Buffer.from(Array.from({ length: 32 }, (_, index) => first + index * 7)).toString('base64');
    const filled: Record<string, string> = {
      DATABASE_URL: 'postgresql://secure_api_application:x@db.example/secure_api?sslmode=verify-full',
      FIELD_ENCRYPTION_KEYS: `a:${key(1)}`,
      FIELD_INDEX_KEYS: `a:${key(2)}`,
      OIDC_ISSUER: 'https://id.example',
      OIDC_AUDIENCE: 'https://api.example',
      APPLICATION_SECRET: key(3),
      API_KEY_PEPPERS: `a:${key(4)}`,
      AUDIT_KEYS: `a:${key(5)}`,
      API_V1_DEPRECATED_ON: '2026-01-01',
      API_V1_SUNSET_ON: '2027-06-30',
    };

    expect(lines.map((line) => line.slice(0, -1)).toSorted()).toEqual(Object.keys(filled).toSorted());
    const behindProxy = { ...filled, HTTP_SERVER_TRUSTED_PROXIES: '1' };
    expect(() => parseConfiguration(CONFIG_SLICES, behindProxy)).not.toThrow();
  });
});
