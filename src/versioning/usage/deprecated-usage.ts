import { createHash } from 'node:crypto';
import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { GatheredWrites } from '../../platform/clock/gathered-writes.js';
import { dayOf } from '../deprecation.js';
import { DeprecatedUsageConfig } from './deprecated-usage.config.js';
import { DeprecatedUsageRepository, type UsageRow } from './deprecated-usage.repository.js';
import type { DeprecatedCall, DeprecatedCaller } from './deprecated-use.js';

/** What is counted of one caller, route and day since the last time it was written. */
type GatheredUse = UsageRow & { readonly tenantId: string; count: number; lastSeenAt: Date };

/** Callers, routes and days between two writes; the calls of further ones are in the metric alone. */
const MAX_ROWS = 20_000;
const DAY_MILLISECONDS = 86_400_000;

/** Who still calls what has an announced end, without a write for each request. */
@Injectable()
export class DeprecatedUsage implements OnModuleInit, OnApplicationShutdown {
  private readonly writes: GatheredWrites<GatheredUse>;

  constructor(
    private readonly config: DeprecatedUsageConfig,
    repository: DeprecatedUsageRepository,
  ) {
    this.writes = new GatheredWrites({
      maxEntries: MAX_ROWS,
      failure: 'the use of what is deprecated is written later',
      write: (tenantId, uses) => repository.add(tenantId, uses),
      merge: (later, earlier) => void (later.count += earlier.count),
    });
  }

  onModuleInit(): void {
    this.writes.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.writes.stop();
  }

  /** Writes what was counted so far. */
  async flush(): Promise<void> {
    await this.writes.flush();
  }

  count({ at, ...called }: DeprecatedCall, tenantId: string, caller: DeprecatedCaller): void {
    const day = dayOf(at);
    const { method, route } = called;
    const { keyId, clientId, subject } = caller;
    const key = JSON.stringify([tenantId, day, method, route, keyId, clientId, subject]);
    const use = this.writes.entryOf(key, () => ({
      ...called,
      ...caller,
      tenantId,
      day,
      id: createHash('sha256').update(key).digest('base64url'),
      count: 0,
      lastSeenAt: at,
      expiresAt: new Date(Date.parse(day) + (this.config.retentionDays + 1) * DAY_MILLISECONDS),
    }));
    if (use) {
      use.count += 1;
      use.lastSeenAt = at > use.lastSeenAt ? at : use.lastSeenAt;
    }
  }
}
