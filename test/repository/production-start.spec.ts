import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';

describe('the image', () => {
  it('starts the API as npm run start:prod does, with the same bounds of memory', async () => {
    const { scripts } = JSON.parse(await readFile('package.json', 'utf8')) as {
      scripts: { 'start:prod': string };
    };
    const commands = (await readFile('Dockerfile', 'utf8')).match(/^CMD (\[.*\])$/gm) ?? [];
    const last = JSON.parse(commands.at(-1)?.slice('CMD '.length) ?? '[]') as string[];

    expect(last.join(' ')).toBe(scripts['start:prod']);
    expect(last).toContainEqual(expect.stringMatching(/^--max-old-space-size=\d+$/));
  });

  it('keeps the query compiler that the client is generated for', async () => {
    const size = /compilerBuild\s*=\s*"(\w+)"/.exec(await readFile('prisma/schema.prisma', 'utf8'))?.[1];
    const kept = /! -name 'query_compiler_(\w+)_bg\.postgresql\.\*'/.exec(
      await readFile('Dockerfile', 'utf8'),
    )?.[1];

    expect(kept).toBe(size);
  });
});
