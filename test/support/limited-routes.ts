import { Controller, Get, HttpCode, Injectable, Module, Post, VERSION_NEUTRAL } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Authentication, Authenticator } from '../../src/auth/access/authenticator.js';
import { Authenticators } from '../../src/auth/access/authenticators.js';
import { RequireScopes } from '../../src/auth/access/require-scopes.decorator.js';
import { AuthModule } from '../../src/auth/auth.module.js';
import { CredentialEndpoint } from '../../src/platform/http/routes/credential-endpoint.decorator.js';
import { Public } from '../../src/platform/http/routes/public.decorator.js';
import { Cost } from '../../src/rate-limit/limits/cost.decorator.js';
import { LimitAs } from '../../src/rate-limit/limits/limit-as.decorator.js';
import { ApiClient } from './api-client.js';
import type { TestApp } from './test-app.js';

/** How often each handler below ran. */
export const handlerRuns = { open: 0, logIn: 0, known: 0 };

/** One route for each way in which a route can be counted. */
@Controller({ path: 'limited', version: VERSION_NEUTRAL })
class LimitedController {
  @Get('open')
  @Public()
  open(): object {
    handlerRuns.open += 1;
    return {};
  }

  @Get('page')
  @Public()
  @LimitAs('documentation')
  page(): object {
    return {};
  }

  @Post('log-in')
  @HttpCode(200)
  @Public()
  @CredentialEndpoint()
  logIn(): object {
    handlerRuns.logIn += 1;
    return {};
  }

  @Post('credentials')
  @HttpCode(200)
  @RequireScopes('customers:write')
  @CredentialEndpoint()
  createCredential(): object {
    return {};
  }

  @Get('known')
  @RequireScopes('customers:read')
  known(): object {
    handlerRuns.known += 1;
    return {};
  }

  @Get('dear')
  @RequireScopes('customers:read')
  @Cost(10)
  dear(): object {
    return {};
  }

  @Get('broken')
  @RequireScopes('customers:read')
  broken(): object {
    throw new Error('the handler of the test is broken');
  }
}

/** A second way of proving who calls, whose credentials have plans: `X-Test-Key: plan.id`. */
@Injectable()
class PlanAuthenticator implements Authenticator, OnModuleInit {
  constructor(private readonly authenticators: Authenticators) {}

  onModuleInit(): void {
    this.authenticators.add(this);
  }

  countCredentials({ headers }: FastifyRequest): number {
    return headers['x-test-key'] === undefined ? 0 : 1;
  }

  authenticate({ headers }: FastifyRequest): Promise<Authentication> {
    const [ratePlan = '', credentialId = ''] = String(headers['x-test-key']).split('.');
    const scopes = new Set(['customers:read']);
    const who = { tenantId: 'acme', subject: 'owner-of-keys', clientId: null };
    return Promise.resolve({
      ok: true,
      principal: { ...who, credentialId, issuedAtSeconds: 0, ratePlan, scopes, roles: new Set() },
    });
  }
}

@Module({ imports: [AuthModule], controllers: [LimitedController], providers: [PlanAuthenticator] })
export class LimitedModule {}

/** The proxy in front of the tests is this machine; behind it, callers have any address. */
export const BEHIND_PROXY = { HTTP_SERVER_TRUSTED_PROXIES: '127.0.0.1' };

let addresses = 0;
/** An address that no caller of this test file has used yet; who waits for Redis needs hundreds of them. */
export const newAddress = (): string => {
  addresses += 1;
  return `198.18.${addresses >> 8}.${addresses & 255}`;
};

/** A stranger at an address, or with any headers. */
export function from({ url }: TestApp, address: string, headers: Record<string, string> = {}): ApiClient {
  return new ApiClient(url, { 'x-forwarded-for': address, 'x-forwarded-proto': 'https', ...headers });
}

/** The statuses of requests that are made one after the other. */
export async function statusesOf(
  count: number,
  request: () => Promise<{ status: number }>,
): Promise<number[]> {
  const statuses: number[] = [];
  while (statuses.length < count) {
    statuses.push((await request()).status);
  }
  return statuses;
}

/** How many there are of each status. */
export function tally(statuses: readonly number[]): Record<number, number> {
  return statuses.reduce<Record<number, number>>(
    (counts, status) => ({ ...counts, [status]: (counts[status] ?? 0) + 1 }),
    {},
  );
}
