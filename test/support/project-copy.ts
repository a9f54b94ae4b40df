import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { vi } from 'vitest';
import type { Environment } from '../../src/platform/config/configuration.js';

const PROJECT = path.resolve(import.meta.dirname, '../..');
const COPIED = [
  'src',
  'prisma',
  'prisma.config.ts',
  'package.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'nest-cli.json',
];

/** A copy of the project in which a test may change files, build, and start what it built. */
export class ProjectCopy {
  private constructor(private readonly folder: string) {}

  static async make(): Promise<ProjectCopy> {
    const copy = new ProjectCopy(await mkdtemp(path.join(tmpdir(), 'secure-api-copy-')));
    for (const name of COPIED) {
      await cp(path.join(PROJECT, name), copy.path(name), { recursive: true });
    }
    await symlink(path.join(PROJECT, 'node_modules'), copy.path('node_modules'));
    return copy;
  }

  path(relative: string): string {
    return path.join(this.folder, relative);
  }

  async edit(file: string, change: (text: string) => string): Promise<void> {
    await writeFile(this.path(file), change(await readFile(this.path(file), 'utf8')));
  }

  async write(file: string, text: string): Promise<void> {
    await mkdir(path.dirname(this.path(file)), { recursive: true });
    await writeFile(this.path(file), text);
  }

  async delete(file: string): Promise<void> {
    await rm(this.path(file), { recursive: true });
  }

  /** Deletes every line of a file that mentions one of the words. */
  async deleteLines(file: string, words: readonly string[]): Promise<void> {
    await this.edit(file, (text) =>
      text
        .split('\n')
        .filter((line) => !words.some((word) => new RegExp(`\\b${word}\\b`).test(line)))
        .join('\n'),
    );
  }

  /** @returns what the compiler complained about; empty when it built */
  build(): string {
    for (const [program, ...parameters] of [
      ['prisma', 'generate'],
      ['nest', 'build'],
    ]) {
      const script = path.join(PROJECT, 'node_modules/.bin', program as string);
      const result = spawnSync(process.execPath, [script, ...parameters], {
        cwd: this.folder,
        encoding: 'utf8',
      });
      if (result.status !== 0) {
        return result.stdout + result.stderr;
      }
    }
    return '';
  }

  /** Starts what was built and runs `work` against it. */
  async whileRunning<T>(
    environment: Environment,
    port: number,
    work: (url: string) => Promise<T>,
  ): Promise<T> {
    const child = spawn(process.execPath, ['dist/main.js'], {
      cwd: this.folder,
      env: { PATH: process.env['PATH'], ...environment, PORT: String(port) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stderr.on('data', (chunk) => (output += String(chunk)));
    const ended = once(child, 'exit').then(() =>
      Promise.reject(new Error(`the application ended: ${output}`)),
    );
    child.stdout.resume();
    const url = `http://127.0.0.1:${port}`;
    const answers = vi.waitFor(() => fetch(`${url}/health/live`), { timeout: 20_000, interval: 100 });
    try {
      await Promise.race([answers, ended]);
      return await work(url);
    } finally {
      ended.catch(() => undefined);
      child.kill('SIGKILL');
    }
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
