/*
 * What the image of the API is made of, read from its Dockerfile and from what the build is given.
 */

export interface Copy {
  /** Another stage; absent: the folder of the project. */
  readonly from?: string;
  readonly sources: readonly string[];
}

/** The instructions of one stage, each on one line. */
export function stageOf(dockerfile: string, name: string): string[] {
  const lines = dockerfile
    .replace(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  const start = lines.findIndex((line) => new RegExp(`^FROM .* AS ${name}$`, 'i').test(line));
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => /^FROM /i.test(line));
  return start < 0 ? [] : rest.slice(0, end < 0 ? undefined : end);
}

export function copiesOf(stage: readonly string[]): Copy[] {
  return stage
    .filter((line) => /^(COPY|ADD) /i.test(line))
    .map((line) => {
      const words = line.split(/\s+/).slice(1);
      const from = words.find((word) => word.startsWith('--from='))?.slice('--from='.length);
      const sources = words.filter((word) => !word.startsWith('--')).slice(0, -1);
      return from === undefined ? { sources } : { from, sources };
    });
}

/** What the API needs to run, by where it comes from. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  dependencies: ['/app/node_modules'],
  build: ['/app/dist'],
  '': ['package.json', 'LICENSE', 'prisma/migrations', 'prisma/roles.sql', 'prisma/expected-state.txt'],
};

/** Folders and files that a build may see at all; a hidden one is there by name or not. */
const SEEN =
  /^(package(-lock)?\.json|\.npmrc|LICENSE|nest-cli\.json|tsconfig(\.build)?\.json|prisma(\.config\.ts)?|src|dev|attack)$/;

/** What the image of the API holds, or what a build sees, and should not. */
export function imageFaults(dockerfile: string, dockerignore: string): string[] {
  const stage = stageOf(dockerfile, 'api');
  const copied = copiesOf(stage).flatMap(({ from = '', sources }) =>
    sources
      .filter((source) => !NEEDED[from]?.includes(source))
      .map((source) => `the image takes ${source}${from === '' ? '' : ` from ${from}`}`),
  );
  const build = stageOf(dockerfile, 'build').join('\n');
  const isBare = ["-name '*.map'", '-name .tsbuildinfo'].every((name) => build.includes(name));
  const [first, ...exceptions] = dockerignore
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  return [
    ...(stage.length === 0 ? ['there is no image of the API'] : []),
    ...copied,
    ...(isBare && /^RUN .*\bfind dist .*-delete/m.test(build) ? [] : ['the build keeps what maps it back']),
    ...(stage.some((line) => /\bnpm\b|--inspect|NODE_ENV[= ]dev/.test(line)) ? ['the image has tools'] : []),
    ...(first === '*' ? [] : ['a build sees everything']),
    ...exceptions
      .filter((line) => !line.startsWith('!') || !SEEN.test(line.slice(1)))
      .map((line) => `a build sees ${line.slice(1)}`),
  ];
}
