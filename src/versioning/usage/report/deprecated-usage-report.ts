import { Injectable } from '@nestjs/common';
import {
  DeprecatedUsageRepository,
  type UsageFilter,
  type UsagePosition,
} from '../deprecated-usage.repository.js';
import { DeprecatedUsageCursor } from './deprecated-usage-cursor.js';
import { CSV_HEAD, representUse, useAsCsv } from './deprecated-usage-representation.js';
import type { DeprecatedUsagePage } from './deprecated-usage-page.dto.js';

/** Enough that the round trips do not count, and little enough to be held for each download. */
const BATCH_SIZE = 500;

/** Which page of the report. */
export interface PageRequest {
  readonly limit: number;
  readonly cursor: string | undefined;
}

/** Who of a tenant still has to move, for its administrators. */
@Injectable()
export class DeprecatedUsageReport {
  constructor(
    private readonly repository: DeprecatedUsageRepository,
    private readonly cursor: DeprecatedUsageCursor,
  ) {}

  async page(
    tenantId: string,
    filter: UsageFilter,
    { limit, cursor }: PageRequest,
  ): Promise<DeprecatedUsagePage> {
    const after = cursor === undefined ? undefined : this.cursor.read(cursor, tenantId, filter);
    const uses = await this.repository.list(tenantId, filter, limit + 1, after);
    const page = uses.slice(0, limit);
    const last = uses.length > limit ? page.at(-1) : undefined;
    return {
      data: page.map(representUse),
      nextCursor: last ? this.cursor.write(last, tenantId, filter) : null,
    };
  }

  /** All of it, a batch at a time. */
  async *csv(tenantId: string, filter: UsageFilter): AsyncGenerator<string, void> {
    yield CSV_HEAD;
    let after: UsagePosition | undefined;
    do {
      const uses = await this.repository.list(tenantId, filter, BATCH_SIZE, after);
      if (uses.length > 0) {
        yield uses.map(useAsCsv).join('');
      }
      after = uses.length < BATCH_SIZE ? undefined : uses.at(-1);
    } while (after);
  }
}
