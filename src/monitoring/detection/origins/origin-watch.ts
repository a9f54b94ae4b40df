import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import '../../../api-keys/authentication/api-key-authenticator.js';
import { networkOf } from '../../../api-keys/networks.js';
import '../../../auth/principal.js';
import { Clock } from '../../../platform/clock/clock.js';
import { RepeatedTask } from '../../../platform/clock/repeated-task.js';
import { SecurityEvents } from '../../../platform/events/security-events.js';
import { RequestLog } from '../../log/request-log.js';
import { DetectionConfig } from '../detection.config.js';
import { OriginsRepository, type OriginOwner } from './origins.repository.js';

const MAX_OWNERS = 20_000;
/** Of one owner: whoever hops about must not fill the table, and is no longer unlike its past. */
const MAX_ORIGINS = 100;
/** Further ones are compared with their next request; a database that is away must not fill the memory. */
const MAX_WAITING = 1000;
const DAY_MILLISECONDS = 86_400_000;
const RETENTION_DAYS = 90;
const PURGE_MILLISECONDS = 3_600_000;

/** As ISO 3166-1 spells them; proxies and databases say XX, ZZ or T1 of what they do not know. */
const COUNTRY = /^(?!XX$|ZZ$)[A-Z]{2}$/;

/** What an instance remembers of one owner, for a day at most. */
interface Known {
  readonly origins: Set<string>;
  readonly since: number;
}

/** Notices when a subject comes from a network, or a subject or key from a country, that it never came from. */
@Injectable()
export class OriginWatch implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(OriginWatch.name);
  private readonly known = new LRUCache<string, Known>({ max: MAX_OWNERS });
  private readonly purge: RepeatedTask;
  private readonly waiting = new Set<string>();
  private underWay: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly config: DetectionConfig,
    private readonly requests: RequestLog,
    private readonly origins: OriginsRepository,
    private readonly events: SecurityEvents,
    private readonly clock: Clock,
  ) {
    this.purge = new RepeatedTask(PURGE_MILLISECONDS, 'old origins are removed later', () =>
      origins.purgeExpired(),
    );
  }

  onModuleInit(): void {
    this.requests.subscribe((request) => this.look(request));
    this.purge.start();
  }

  async onApplicationShutdown(): Promise<void> {
    this.purge.stop();
    await this.settled();
  }

  /** Resolves when everything that was seen so far has been compared. */
  async settled(): Promise<void> {
    await this.underWay;
  }

  private look(request: FastifyRequest): void {
    const { principal, apiKey } = request;
    if (!principal) {
      return;
    }
    const owner: OriginOwner = {
      tenantId: principal.tenantId,
      principal: apiKey ? `key:${apiKey.id}` : `subject:${principal.subject}`,
    };
    const country = this.countryOf(request);
    // Networks of keys are the keys' own business: they are stored and reported there.
    const seen = [
      ...(apiKey ? [] : [`network:${networkOf(request.ip)}`]),
      ...(country === undefined ? [] : [`country:${country}`]),
    ];
    const known = this.known.get(keyOf(owner));
    if (known && this.isFresh(known) && seen.every((origin) => known.origins.has(origin))) {
      return;
    }
    this.enqueue(owner, seen, request);
  }

  /** One after the other, so that a flood of new callers takes one connection and no more; each once at a time. */
  private enqueue(owner: OriginOwner, seen: readonly string[], request: FastifyRequest): void {
    const what = JSON.stringify([owner, seen]);
    if (this.waiting.has(what) || this.waiting.size >= MAX_WAITING) {
      return;
    }
    this.waiting.add(what);
    this.underWay = this.underWay
      .then(() => this.compare(owner, seen, request))
      .catch((error: unknown) => {
        this.logger.warn(`the origin of a caller was not compared: ${(error as Error).message}`);
      })
      .finally(() => this.waiting.delete(what));
  }

  private async compare(owner: OriginOwner, seen: readonly string[], request: FastifyRequest): Promise<void> {
    const now = this.clock.nowMilliseconds();
    const remembered = this.known.get(keyOf(owner));
    const isReloaded = !remembered || !this.isFresh(remembered);
    const known = isReloaded
      ? { origins: new Set(await this.origins.list(owner, new Date(now))), since: now }
      : remembered;
    const before = new Set(known.origins);
    const expiresAt = new Date(now + RETENTION_DAYS * DAY_MILLISECONDS);
    for (const origin of seen) {
      const isKnown = before.has(origin);
      // What is known is written again once a day, so that what is in use does not expire.
      if (isKnown ? isReloaded : before.size < MAX_ORIGINS) {
        const isNew = await this.origins.add(owner, origin, expiresAt);
        known.origins.add(origin);
        this.report(owner, origin, isNew && hasOthers(before, origin), request);
      }
    }
    this.known.set(keyOf(owner), known);
  }

  private report(
    { principal }: OriginOwner,
    origin: string,
    isUnlikeBefore: boolean,
    request: FastifyRequest,
  ): void {
    if (!isUnlikeBefore) {
      return;
    }
    const [kind, detail] = split(origin);
    const [of, id] = split(principal);
    this.events.write(
      'origin_anomaly',
      {
        kind: kind === 'country' ? 'new_country' : 'new_network',
        of: of === 'key' ? 'key' : 'subject',
        id,
        detail,
      },
      request,
    );
  }

  private countryOf(request: FastifyRequest): string | undefined {
    const { countryFile } = this.config;
    const country = countryFile ? countryFile.countryOf(request.ip) : this.countryNamedFor(request);
    return country !== undefined && COUNTRY.test(country) ? country : undefined;
  }

  /** Whoever is no trusted proxy could name any country. */
  private countryNamedFor({ headers, ips }: FastifyRequest): string | undefined {
    const { countryHeader } = this.config;
    const country = countryHeader === undefined ? undefined : headers[countryHeader];
    const isFromProxy = (ips?.length ?? 0) > 1;
    return isFromProxy && typeof country === 'string' ? country : undefined;
  }

  private isFresh({ since }: Known): boolean {
    return this.clock.nowMilliseconds() - since < DAY_MILLISECONDS;
  }
}

function keyOf({ tenantId, principal }: OriginOwner): string {
  return JSON.stringify([tenantId, principal]);
}

function split(text: string): [kind: string, rest: string] {
  const colon = text.indexOf(':');
  return [text.slice(0, colon), text.slice(colon + 1)];
}

/** Who has no past of this kind cannot be unlike it. */
function hasOthers(before: ReadonlySet<string>, origin: string): boolean {
  const [kind] = split(origin);
  return [...before].some((one) => one.startsWith(`${kind}:`));
}
