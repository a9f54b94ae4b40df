import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { SecurityEvents } from '../../platform/events/security-events.js';
import { Clock } from '../../platform/clock/clock.js';
import { GatheredWrites } from '../../platform/clock/gathered-writes.js';
import { OncePerInterval } from '../../platform/clock/once-per-interval.js';
import type { ApiKey } from '../api-key.js';
import { ApiKeysConfig } from '../api-keys.config.js';
import type { KnownKey } from '../api-keys.repository.js';
import { networkOf } from '../networks.js';
import { hashSecret } from '../secret/key-hash.js';
import { Busyness } from './busyness.js';
import { UsageRepository, type UsageOfKey } from './usage.repository.js';

/** With which of its secrets a key was used. */
export interface Use {
  readonly secret: string;
  readonly isSuperseded: boolean;
}

const MAX_KEYS = 20_000;
const MAX_REPORTS = 20_000;
/** Of one key between two writes: whoever has it must not fill the table by hopping about. */
const MAX_NETWORKS = 50;
/** A key that came from so many networks is no longer unlike its past, and nobody reads a hundred warnings of it. */
const MAX_UNLIKE = 100;
const DAY_MILLISECONDS = 86_400_000;
const HOUR_MILLISECONDS = 3_600_000;

/**
 * What keys are used for, without a write per request: gathered in memory and written in batches,
 * and once more when the process ends. What is unlike a key's own past becomes an event at once.
 */
@Injectable()
export class KeyUsage implements OnModuleInit, OnApplicationShutdown {
  private readonly busyness = new Busyness();
  private readonly reports: OncePerInterval;
  private readonly writes: GatheredWrites<UsageOfKey>;

  constructor(
    private readonly config: ApiKeysConfig,
    repository: UsageRepository,
    private readonly events: SecurityEvents,
    private readonly clock: Clock,
  ) {
    this.reports = new OncePerInterval(clock, MAX_REPORTS);
    this.writes = new GatheredWrites({
      maxEntries: MAX_KEYS,
      failure: 'the use of keys is written later',
      write: (tenantId, usages) => repository.add(tenantId, usages),
      merge: addTo,
    });
  }

  onModuleInit(): void {
    this.writes.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.writes.stop();
  }

  record({ key, networks }: KnownKey, use: Use, request: FastifyRequest): void {
    const now = this.clock.nowMilliseconds();
    const usage = this.usageOf(key);
    if (!usage) {
      return;
    }
    const network = networkOf(request.ip);
    usage.count += 1;
    usage.lastUsedAt = new Date(now);
    // Only whole minutes become the past with which later ones are compared.
    const { count, countBefore } = this.busyness.count(key.id, now);
    usage.busiestMinute = Math.max(usage.busiestMinute, countBefore);
    if (!usage.networks.has(network) && usage.networks.size < MAX_NETWORKS) {
      // A key that has just been read anew brings only the networks that are written already.
      this.reportNetwork(key, new Set([...networks, ...usage.networks]), network, request);
      usage.networks.add(network);
      networks.add(network);
    }
    if (!use.isSuperseded && key.current.pepper !== this.config.peppers.current.id) {
      usage.renewed ??= { from: key.current.hash, to: hashSecret(key.id, use.secret, this.config.peppers) };
    }
    this.reportSpike(key, count, request);
  }

  /** Somebody has the secret of a key that is over, or uses it from where it may not be used. */
  reportDeadUse(key: ApiKey, reason: string, request: FastifyRequest): void {
    if (this.reports.isDue(`dead ${key.id} ${reason}`, HOUR_MILLISECONDS)) {
      this.events.write('api_key_anomaly', { kind: 'dead_key_used', keyId: key.id, detail: reason }, request);
    }
  }

  /** Once a day. */
  reportEnding(
    key: ApiKey,
    { daysLeft, isSuperseded }: { daysLeft: number; isSuperseded: boolean },
    request: FastifyRequest,
  ): void {
    const which = isSuperseded ? 'superseded' : 'current';
    if (this.reports.isDue(`ending ${key.id} ${which}`, DAY_MILLISECONDS)) {
      this.events.write('api_key_expiring', { keyId: key.id, secretKind: which, daysLeft }, request);
    }
  }

  /** Writes what was gathered so far. */
  async flush(): Promise<void> {
    await this.writes.flush();
  }

  /** Nothing once there are too many: whoever fills the memory with keys must have got them first. */
  private usageOf({ id, tenantId }: ApiKey): UsageOfKey | undefined {
    return this.writes.entryOf(id, () => ({
      keyId: id,
      tenantId,
      count: 0,
      lastUsedAt: new Date(0),
      busiestMinute: 0,
      networks: new Set(),
      renewed: undefined,
    }));
  }

  /** A key that was never used has no past that a network could be unlike. */
  private reportNetwork(
    key: ApiKey,
    known: ReadonlySet<string>,
    network: string,
    request: FastifyRequest,
  ): void {
    const isNew = known.size > 0 && known.size < MAX_UNLIKE && !known.has(network);
    if (isNew && this.reports.isDue(`network ${key.id} ${network}`, DAY_MILLISECONDS)) {
      this.events.write('api_key_anomaly', { kind: 'new_network', keyId: key.id, detail: network }, request);
    }
  }

  private reportSpike(key: ApiKey, count: number, request: FastifyRequest): void {
    const isSpike = this.busyness.isSpike(count, key.busiestMinute);
    if (isSpike && this.reports.isDue(`spike ${key.id}`, HOUR_MILLISECONDS)) {
      const detail = `${count} in a minute, ${key.busiestMinute} at most before`;
      this.events.write('api_key_anomaly', { kind: 'spike', keyId: key.id, detail }, request);
    }
  }
}

function addTo(later: UsageOfKey, earlier: UsageOfKey): void {
  later.count += earlier.count;
  later.busiestMinute = Math.max(later.busiestMinute, earlier.busiestMinute);
  earlier.networks.forEach((network) => later.networks.add(network));
  later.renewed ??= earlier.renewed;
}
