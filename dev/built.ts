import { StartFailure } from './start-failure.ts';

/**
 * A file of the application out of its build: files here run without a build step, but the
 * decorators of that code need one.
 */
export async function built<Module>(file: string): Promise<Module> {
  await import('reflect-metadata');
  try {
    return (await import(new URL(`../dist/${file}`, import.meta.url).href)) as Module;
  } catch (error) {
    throw new StartFailure('The application is not built yet: run "npm run build" first.', { cause: error });
  }
}
