import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { defer, lastValueFrom, type Observable } from 'rxjs';
import { Clock } from '../../platform/clock/clock.js';
import { DerivedKeys } from '../../platform/crypto/derived-keys.js';
import { AppError } from '../../platform/errors/app-error.js';
import '../../platform/http/request/request-trail.js';
import { TenantDatabase } from '../tenancy/tenant-database.js';
import { IdempotencyConfig } from './idempotency.config.js';
import { idempotencyErrors } from './idempotency.errors.js';
import { IdempotencyRepository, type EarlierUse, type KeyUse } from './idempotency.repository.js';
import { IS_IDEMPOTENT } from './idempotent.decorator.js';
import { fingerprintOf, parseIdempotencyKey, storedId } from './request-identity.js';

/** What a client needs again when it repeats a request. */
const REPEATED_HEADERS = ['location', 'etag'] as const;

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/**
 * Answers a repeated `POST` instead of doing it again. The key, what the handler writes and the
 * answer are one transaction: whatever happens in between, all of it is there or nothing, and
 * a failed request can be sent again under its key.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  private readonly secret: Buffer;
  /** The last request of each key that is being answered here. */
  private readonly underWay = new Map<string, Promise<unknown>>();

  constructor(
    private readonly reflector: Reflector,
    private readonly database: TenantDatabase,
    private readonly keys: IdempotencyRepository,
    private readonly clock: Clock,
    private readonly config: IdempotencyConfig,
    derivedKeys: DerivedKeys,
  ) {
    this.secret = derivedKeys.keyFor('database/idempotency');
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const header = request.headers['idempotency-key'];
    if (header === undefined || !this.reflector.get<boolean>(IS_IDEMPOTENT, context.getHandler())) {
      return next.handle();
    }
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return defer(() => this.inTurn(this.useOf(request, header), reply, next));
  }

  /**
   * Requests of one key follow each other. They would wait in the database otherwise, each with
   * a connection, and a client that retries a slow request ten times would hold all there are.
   */
  private async inTurn(use: KeyUse, reply: FastifyReply, next: CallHandler): Promise<unknown> {
    const before = this.underWay.get(use.id) ?? Promise.resolve();
    const answer = before.then(() => this.answerOnce(use, reply, next));
    const settled = answer.catch(() => undefined);
    this.underWay.set(use.id, settled);
    try {
      return await answer;
    } finally {
      if (this.underWay.get(use.id) === settled) {
        this.underWay.delete(use.id);
      }
    }
  }

  private async answerOnce(use: KeyUse, reply: FastifyReply, next: CallHandler): Promise<unknown> {
    const now = new Date(this.clock.nowMilliseconds());
    const expiresAt = new Date(now.getTime() + this.config.keyTtlHours * 3_600_000);
    return this.database.inTransaction(use.tenantId, async () => {
      if (!(await this.keys.claim(use, now, expiresAt))) {
        return repeat(await this.keys.getEarlierUse(use), use, reply);
      }
      const body: unknown = await lastValueFrom(next.handle(), { defaultValue: null });
      await this.keys.remember(use, JSON.stringify(answerOf(reply, body)));
      return body;
    });
  }

  private useOf(request: FastifyRequest, header: string | string[]): KeyUse {
    const key = parseIdempotencyKey(String(header));
    const { actor } = request.trail;
    if (key === undefined) {
      throw new AppError(idempotencyErrors.invalidKey, {
        detail: 'Send 8 to 128 visible ASCII characters, such as a UUID.',
      });
    }
    if (!actor) {
      throw new Error('an idempotent route is open to strangers, who have no keys of their own');
    }
    const { tenantId, subject, clientId } = actor;
    const owner = {
      tenantId,
      subject,
      clientId,
      method: request.method,
      route: request.routeOptions.url ?? '',
    };
    const { params, query, body } = request;
    return {
      tenantId,
      id: storedId(key, owner, this.secret),
      fingerprint: fingerprintOf({ params, query, body }, this.secret),
    };
  }
}

function answerOf(reply: FastifyReply, body: unknown): Answer {
  const present = REPEATED_HEADERS.filter((name) => reply.hasHeader(name));
  const headers = Object.fromEntries(present.map((name) => [name, String(reply.getHeader(name))]));
  return { status: reply.statusCode, headers, body };
}

/** @throws AppError when the key was used for something else */
function repeat(earlier: EarlierUse, use: KeyUse, reply: FastifyReply): unknown {
  if (earlier.fingerprint !== use.fingerprint) {
    throw new AppError(idempotencyErrors.keyReused);
  }
  const { status, headers, body } = JSON.parse(earlier.answer) as Answer;
  reply.status(status).headers({ ...headers, 'idempotent-replayed': 'true' });
  return body;
}
