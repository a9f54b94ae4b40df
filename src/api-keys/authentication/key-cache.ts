import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Clock } from '../../platform/clock/clock.js';
import { PushChannel } from '../../platform/push/push-channel.js';
import { ApiKeysConfig } from '../api-keys.config.js';
import { ApiKeysRepository, type KnownKey } from '../api-keys.repository.js';
import { PushTrust } from './push-trust.js';

/** On which the id of each key is told that is not what it was. */
export const KEY_TOPIC = 'api_key';
const MAX_KEYS = 10_000;
const RETRY_MILLISECONDS = 100;
const PUBLISH_TIMEOUT_MILLISECONDS = 500;

interface Entry {
  readonly known: KnownKey;
  readonly readAtMilliseconds: number;
  /** While which the look-up began; nothing of an earlier one is believed. */
  readonly epoch: number;
}

/**
 * What this instance knows of keys, so that authentication normally asks nobody. A change is pushed
 * to every instance and forgotten there. While the push channel is not to be trusted, nothing
 * here is believed: it is emptied, and every request looks up.
 */
@Injectable()
export class KeyCache implements OnModuleInit {
  private readonly logger = new Logger(KeyCache.name);
  private readonly entries = new LRUCache<string, Entry>({ max: MAX_KEYS });
  /** Look-ups under way, which a change overtakes. */
  private readonly underWay = new Map<string, Set<{ isOvertaken: boolean }>>();

  constructor(
    private readonly config: ApiKeysConfig,
    private readonly repository: ApiKeysRepository,
    private readonly trust: PushTrust,
    private readonly clock: Clock,
    @Inject(PushChannel) private readonly channel: PushChannel,
  ) {}

  async onModuleInit(): Promise<void> {
    this.channel.onBreak(() => this.entries.clear());
    await this.channel.subscribe(KEY_TOPIC, (id) => this.forget(id));
  }

  /** What is known here and may be believed; asks nobody. */
  peek(id: string): KnownKey | undefined {
    if (!this.trust.isGiven) {
      this.entries.clear();
      return undefined;
    }
    const entry = this.entries.get(id);
    const maxAge = this.config.cacheSeconds * 1000;
    const isFresh =
      entry?.epoch === this.trust.epoch && this.clock.nowMilliseconds() - entry.readAtMilliseconds < maxAge;
    return isFresh ? entry.known : undefined;
  }

  /** What the database knows now; remembered, unless it was changed while it was read. */
  async read(id: string): Promise<KnownKey | null> {
    const lookUp = { isOvertaken: false };
    const { epoch } = this.trust;
    const others = this.underWay.get(id) ?? new Set();
    this.underWay.set(id, others.add(lookUp));
    try {
      const known = await this.repository.findPresented(id);
      if (known && !lookUp.isOvertaken && this.trust.isGiven && epoch === this.trust.epoch) {
        this.entries.set(id, { known, readAtMilliseconds: this.clock.nowMilliseconds(), epoch });
      }
      return known;
    } finally {
      others.delete(lookUp);
      if (others.size === 0) {
        this.underWay.delete(id);
      }
    }
  }

  /**
   * Tells every instance that a key is not what it was; this one forgets it before anything else.
   * A channel that is down is tried again until nobody can believe the old key any more; whoever is
   * cut off from it, too, believes nothing meanwhile.
   */
  async announceChange(id: string): Promise<void> {
    this.forget(id);
    if (!(await this.publish(id))) {
      void this.announceLater(id);
    }
  }

  /** Whether the channel took it; one that does not say so soon has not. */
  private async publish(id: string): Promise<boolean> {
    const tooLate = delay(PUBLISH_TIMEOUT_MILLISECONDS, false, { ref: false });
    const taken = this.channel.publish(KEY_TOPIC, id).then(
      () => true,
      () => false,
    );
    return Promise.race([taken, tooLate]);
  }

  private async announceLater(id: string): Promise<void> {
    for (let left = (this.config.cacheSeconds * 1000) / RETRY_MILLISECONDS; left > 0; left -= 1) {
      await delay(RETRY_MILLISECONDS, undefined, { ref: false });
      if (await this.publish(id)) {
        return;
      }
    }
    this.logger.warn({ keyId: id }, 'the change of a key could not be pushed');
  }

  private forget(id: string): void {
    this.entries.delete(id);
    this.underWay.get(id)?.forEach((lookUp) => (lookUp.isOvertaken = true));
  }
}
