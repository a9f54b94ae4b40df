import { createServer } from 'node:net';
import { once } from 'node:events';
import { globSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { DevMachine, type DevStart } from '../support/dev-start.js';
import { PATIENCE } from '../support/patience.js';

/* What a newcomer does: start, paste the three commands, stop, start again. */

let machine: DevMachine;
let running: DevStart;

beforeAll(async () => {
  machine = await DevMachine.make();
  running = await machine.start();
});
afterAll(async () => {
  await running.end('SIGTERM');
  await machine.remove();
});

/** Processes that know the folder of this machine by their command or environment (where /proc tells). */
function processesLeft(): string[] {
  const others = globSync('/proc/[0-9]*').filter((folder) => folder !== `/proc/${process.pid}`);
  return others.filter((folder) =>
    ['cmdline', 'environ'].some((file) => {
      try {
        return readFileSync(`${folder}/${file}`, 'utf8').includes(machine.folder);
      } catch {
        return false;
      }
    }),
  );
}

const printed = (start: RegExp): string =>
  running.output
    .split('\n')
    .find((line) => start.test(line))
    ?.trim() ?? '';

describe('npm start', () => {
  it('prints three commands that work as they stand there', async () => {
    const [getToken, list, refused] = [printed(/^ *TOKEN=/), printed(/^ *curl -s/), printed(/^ *curl -i/)];

    const customers = JSON.parse(await machine.shell(`${getToken}; ${list}`)) as { data: object[] };
    const refusal = await machine.shell(refused);

    expect(customers.data.length).toBeGreaterThan(5);
    expect(refusal).toContain('HTTP/1.1 403 Forbidden');
    expect(refusal).toContain('insufficient_scope');
  });

  it('tells how much one may ask for', () => {
    expect(running.output).toContain('strangers 60/hour for each address, known callers 5000/hour');
  });

  it('leaves no process behind when it is interrupted, and keeps the data for the next start', async () => {
    const token = (await machine.shell('npm run --silent token -- alice')).trim();
    const create = await fetch(`http://localhost:${machine.ports[0]}/v2/customers`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ givenName: 'Kept', familyName: 'Over', email: 'kept@example.com' }),
    });
    const { id } = (await create.json()) as { id: string };

    await running.end('SIGINT');
    const left = processesLeft();
    running = await machine.start();
    const fresh = (await machine.shell('npm run --silent token -- alice')).trim();
    const read = await fetch(`http://localhost:${machine.ports[0]}/v2/customers/${id}`, {
      headers: { authorization: `Bearer ${fresh}` },
    });

    expect(left).toEqual([]);
    expect(read.status).toBe(200);
  });

  it('recovers by itself after it was killed', async () => {
    await running.end('SIGKILL');

    running = await machine.start();
    await vi.waitFor(async () => {
      expect((await fetch(`http://localhost:${machine.ports[0]}/health/ready`)).status).toBe(200);
    }, PATIENCE);

    expect(running.output).toContain('Ctrl-C stops everything');
  });
});

describe('npm run db:seed', () => {
  it('brings invented customers to no database but one of this machine', async () => {
    const elsewhere = 'DATABASE_URL=postgresql://someone:secret@database.example/production';

    const output = await machine.shell(`${elsewhere} npm run --silent db:seed -- --customers 5 2>&1`);

    expect(output).toContain('invented customers are for a database on this machine only');
  });
});

describe('npm start says in one clear sentence', () => {
  it('that a port is taken, and which variable changes it', async () => {
    const other = await DevMachine.make();
    const thief = createServer().listen(other.ports[1], '127.0.0.1');
    await once(thief, 'listening');

    const start = await other.start();

    expect(start.exitCode).toBe(1);
    expect(start.output).toContain(String(other.ports[1]));
    expect(start.output).toContain('DEV_IDENTITY_PROVIDER_PORT');
    expect(start.output).not.toContain('    at ');
    thief.close();
    await other.remove();
  });

  it('that the data folder is damaged, and what to delete', async () => {
    const other = await DevMachine.make();
    await (await other.start()).end('SIGINT');
    await rm(path.join(other.folder, 'postgres', 'global'), { recursive: true });

    const start = await other.start();

    expect(start.exitCode).toBe(1);
    expect(start.output).toContain(path.join(other.folder, 'postgres'));
    expect(start.output).not.toContain('    at ');
    await other.remove();
  });
});
