import { globSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

/* What `npm run build` leaves in dist, which is what production gets. */

const FILES = globSync('dist/**/*.*', { exclude: (name) => name === 'node_modules' }).toSorted();
const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  dependencies: Record<string, string>;
};

const IMPORTS = /(?:\bfrom\s+|\bimport\s*\(?\s*)["']([^"']+)["']/g;

/** What a built file imports that production does not have: a package of developers, or a file that is not built. */
function missingImports(file: string, text: string, built: ReadonlySet<string>): string[] {
  return [...text.matchAll(IMPORTS)]
    .map(([, specifier = '']) => specifier)
    .filter((specifier) => !isBuiltin(specifier))
    .filter((specifier) =>
      specifier.startsWith('.')
        ? !built.has(path.join(path.dirname(file), specifier))
        : !Object.hasOwn(dependencies, /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? ''),
    );
}

describe('the build', () => {
  it('holds the application and its assets: no test, no sample, no tool of developers', () => {
    const kinds = new Set(FILES.map((file) => file.replace(/^.*?(\.\w+(\.map)?)$/, '$1')));
    const strangers = FILES.filter((file) =>
      /\.(e2e-)?spec\.|\.test\.|\.bench\.|^dist\/(test|dev|bench|attack)\/|\.ts$|\.env/.test(file),
    );

    expect(FILES).toContain(path.join('dist', 'main.js'));
    expect(strangers).toEqual([]);
    expect([...kinds].filter((kind) => !/^\.(js|js\.map|css|tsbuildinfo)$/.test(kind))).toEqual([]);
  });

  it('imports itself and the packages of production alone', () => {
    const scripts = FILES.filter((file) => file.endsWith('.js'));
    const built = new Set(FILES);
    const missing = scripts.flatMap((file) => missingImports(file, readFileSync(file, 'utf8'), built));

    expect(scripts.length).toBeGreaterThan(400);
    expect(missing).toEqual([]);
  });

  it('has no source text in its maps', () => {
    const maps = FILES.filter((file) => file.endsWith('.map'));

    expect(maps.filter((file) => readFileSync(file, 'utf8').includes('"sourcesContent"'))).toEqual([]);
  });

  it.each(['vitest', '@nestjs/testing', '../dev/start.js', '../../test/support/without.js'])(
    'counter-proof: an import of %s is found',
    (specifier) => {
      const text = `import { a } from '${specifier}';`;

      expect(missingImports('dist/main.js', text, new Set(FILES))).toEqual([specifier]);
    },
  );
});
