import { describe, expect, it } from 'vitest';
import { copiesOf, imageFaults, stageOf } from './image.js';
import { read } from './repository.js';

const DOCKERFILE = read('Dockerfile');
const DOCKERIGNORE = read('.dockerignore');

describe('the image of the API', () => {
  it('holds what it runs with: no source control, no source, no test, no tool of developers', () => {
    expect(imageFaults(DOCKERFILE, DOCKERIGNORE)).toEqual([]);
  });

  it('is read as a whole: every copy of its stage is seen', () => {
    const copies = copiesOf(stageOf(DOCKERFILE, 'api'));

    expect(copies).toContainEqual({ from: 'build', sources: ['/app/dist'] });
    expect(copies.flatMap(({ sources }) => sources)).toContain('prisma/migrations');
  });

  const planted = (line: string): string => DOCKERFILE.replace('EXPOSE 3000', `${line}\nEXPOSE 3000`);

  it.each([
    ['everything', planted('COPY . .'), DOCKERIGNORE, 'the image takes .'],
    ['its history', planted('COPY .git .git'), DOCKERIGNORE, 'the image takes .git'],
    [
      'the sources',
      planted('COPY --from=build /app/src src'),
      DOCKERIGNORE,
      'the image takes /app/src from build',
    ],
    ['the seed', planted('ADD prisma/seed.ts prisma/'), DOCKERIGNORE, 'the image takes prisma/seed.ts'],
    ['a debugger', planted('CMD ["node", "--inspect", "dist/main.js"]'), DOCKERIGNORE, 'the image has tools'],
    [
      'maps to the sources',
      DOCKERFILE.replace("-name '*.map' -o -name .tsbuildinfo", '-name none'),
      DOCKERIGNORE,
      'the build keeps what maps it back',
    ],
    ['its history in the build', DOCKERFILE, `${DOCKERIGNORE}\n!.git`, 'a build sees .git'],
    ['tests in the build', DOCKERFILE, `${DOCKERIGNORE}\n!test`, 'a build sees test'],
    ['secrets in the build', DOCKERFILE, `${DOCKERIGNORE}\n!.env`, 'a build sees .env'],
    ['all but a list in the build', DOCKERFILE, '.git\n', 'a build sees everything'],
  ])('counter-proof: %s in it is found', (_what, dockerfile, dockerignore, fault) => {
    expect([dockerfile, dockerignore]).not.toEqual([DOCKERFILE, DOCKERIGNORE]);
    expect(imageFaults(dockerfile, dockerignore)).toContain(fault);
  });
});
