import { Injectable } from '@nestjs/common';
import { Clock } from '../../../platform/clock/clock.js';
import { OncePerInterval } from '../../../platform/clock/once-per-interval.js';
import type { SecurityEventDetails } from '../../../platform/events/security-event.js';
import { SecurityEvents } from '../../../platform/events/security-events.js';
import { AuditConfig } from '../audit.config.js';
import { readAnchor } from '../chain/anchor.js';
import { ChainRepository, type Head } from './chain.repository.js';

type Break = SecurityEventDetails['audit_chain_broken'];

const HOUR_MILLISECONDS = 3_600_000;

/**
 * Remembers where this instance left the chain. What is no longer there was cut off or replaced: that is reported
 * every hour for as long as the instance runs, while sealing goes on, because later evidence is worth its seal, too.
 */
@Injectable()
export class ChainWatch {
  private readonly reports: OncePerInterval;
  private remembered: Head | undefined;
  private broken: Break | undefined;

  constructor(
    private readonly config: AuditConfig,
    private readonly chain: ChainRepository,
    private readonly events: SecurityEvents,
    clock: Clock,
  ) {
    this.reports = new OncePerInterval(clock, 1);
  }

  remember(head: Head): void {
    this.remembered = head;
  }

  /** Compares what is there with what this instance has left there. */
  async check(): Promise<void> {
    this.broken ??= await this.findBreak();
    if (this.broken && this.reports.isDue('break', HOUR_MILLISECONDS)) {
      this.events.write('audit_chain_broken', this.broken, null);
    }
  }

  private async findBreak(): Promise<Break | undefined> {
    if (!this.remembered) {
      return undefined;
    }
    const { position, mac } = this.remembered;
    const found = await this.chain.macAt(position);
    if (found) {
      const isSame = Buffer.compare(found, mac) === 0;
      return isSame ? undefined : { position: Number(position), reason: 'changed' };
    }
    return (await this.wasRetired(position)) ? undefined : { position: Number(position), reason: 'missing' };
  }

  /** Old links are removed on purpose, by whoever has the key. An anchor that anybody could write is none. */
  private async wasRetired(position: bigint): Promise<boolean> {
    const row = await this.chain.lastAnchor();
    const anchor = row && readAnchor(row, this.config.keys);
    return anchor !== undefined && anchor.isSigned && anchor.position >= position;
  }
}
