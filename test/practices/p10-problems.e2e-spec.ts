import { globSync } from 'node:fs';
import { Controller, Get, Module, Res, VERSION_NEUTRAL } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ErrorCondition } from '../../src/platform/errors/app-error.js';
import { Public } from '../../src/platform/http/routes/public.decorator.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { TestClock } from '../support/test-clock.js';

/*
 * What a client meets when something fails: a code and a page that explains it, the same for everybody, and
 * nothing about what is behind it.
 */

@Controller({ path: 'texts', version: VERSION_NEUTRAL })
class TextsController {
  @Get('bare')
  @Public()
  bare(@Res({ passthrough: true }) reply: FastifyReply): Buffer {
    reply.header('content-type', 'text/markdown');
    return Buffer.from('+ADw-script+AD4-');
  }
}

@Module({ controllers: [TextsController] })
class TextsModule {}

const SRC = new URL('../../src/', import.meta.url);

let app: TestApp;

beforeAll(async () => {
  app = await createTestApp({
    clock: new TestClock('2026-12-15T12:00:00Z'),
    environment: { SECURITY_CONTACT: 'mailto:security@example.com' },
  });
});
afterAll(() => app.stop());

/** Every condition that any file of the code declares. */
async function declaredConditions(): Promise<ErrorCondition[]> {
  const files = globSync('**/*.errors.ts', { cwd: SRC });
  const modules = await Promise.all(files.map((file) => import(new URL(file, SRC).href) as Promise<object>));
  const exported = modules.flatMap((one) => Object.values(one) as unknown[]);
  const groups = exported.filter((one) => typeof one === 'object' && one !== null);
  return groups.flatMap((group) => Object.values(group as Record<string, ErrorCondition>));
}

describe('the catalogue of errors', () => {
  it('[P10.3] has every condition that the code declares, each with words about what to do', async () => {
    const { body } = await app.api.get('/problems');
    const declared = await declaredConditions();

    expect(declared.length).toBeGreaterThan(35);
    expect(body.data.map(({ code }: ErrorCondition) => code)).toEqual(
      declared.map(({ code }) => code).toSorted(),
    );
    for (const { advice } of body.data) {
      expect(advice).toMatch(/^[A-Z`].{5,}\.$/);
    }
  });

  it('[P10.3] is where the type of a real failure leads', async () => {
    const { body: problem } = await app.api.get('/v2/customers');
    const { status, body } = await app.api.get(problem.type);

    expect(status).toBe(200);
    expect(body).toMatchObject({ code: problem.code, status: problem.status, title: problem.title });
  });

  it('[P10.3] is a page for people, without script and style, from which every code is linked', async () => {
    const list = await fetch(`${app.url}/problems`, { headers: { accept: 'text/html' } });
    const text = await list.text();
    const one = await fetch(`${app.url}/problems/rate_limit.exceeded`, { headers: { accept: 'text/html' } });

    expect(list.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(text).toContain('<a href="/problems/rate_limit.exceeded">');
    expect(text).not.toMatch(/<script|<style|style=/);
    expect(await one.text()).toContain('Retry-After');
  });

  it('[P10.3] knows no other code', async () => {
    for (const code of ['nothing', 'auth', 'auth.invalid_token.', 'constructor', '__proto__']) {
      expect([400, 404], code).toContain((await app.api.get(`/problems/${code}`)).status);
    }
  });

  it('[P10.3] tells of statuses and remedies, and of nothing behind them', async () => {
    const { body } = await app.api.get('/problems');

    expect(JSON.stringify(body)).not.toMatch(
      /\b(prisma|postgres\w*|redis|fastify|nest\w*|stack|sql|tables?)\b/i,
    );
  });
});

describe('security.txt (RFC 9116)', () => {
  const read = (target = app) => fetch(`${target.url}/.well-known/security.txt`);

  it('[P10.4] says whom to tell of a hole, and until when that holds', async () => {
    const answer = await read();
    const lines = (await answer.text()).split('\n');

    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(lines).toContain('Contact: mailto:security@example.com');
    expect(lines).toContain('Expires: 2027-06-13T00:00:00.000Z');
  });

  it('[P10.4] is not there where nobody is named', async () => {
    const silent = await createTestApp({ besides: app });

    expect((await read(silent)).status).toBe(404);
    await silent.stop();
  });

  it.each([
    'security@example.com',
    'http://example.com',
    'mailto:a@example.com\nContact: mailto:b@evil.test',
    'tel:none',
  ])('[P10.4] takes no contact that is none: %j', async (contact) => {
    await expect(createTestApp({ besides: app, environment: { SECURITY_CONTACT: contact } })).rejects.toThrow(
      'SECURITY_CONTACT is not a mailto:, https: or tel: address',
    );
  });
});

it('[P10.1] counter-proof: a text that leaves its characters to be guessed is found, whoever sends it', async () => {
  const careless = await createTestApp({ modules: [TextsModule] });
  await fetch(`${careless.url}/texts/bare`);

  await expect(careless.stop()).rejects.toThrow('GET /texts/bare 200: a text without its charset');
  await careless.issuer.stop();
  await careless.database.drop();
});
