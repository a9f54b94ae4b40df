import { Injectable, type OnModuleInit } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import type { Logger as Pino } from 'pino';
import { RepeatedTask } from '../../../platform/clock/repeated-task.js';
import { AuditConfig } from '../audit.config.js';
import { BEGINNING, macOf } from '../chain/chain-link.js';
import { ChainRepository, type Head, type SealedLink, type UnsealedEvent } from './chain.repository.js';
import { ChainWatch } from './chain-watch.js';
import { SealingMetrics } from './sealing-metrics.js';

const INTERVAL_MILLISECONDS = 500;
const BATCH_SIZE = 500;

/**
 * Extends the chain over the trail, soon after each event: whoever gets hold of the database has to be faster.
 * The end of the chain goes to the log each time, so that the log shows when somebody cuts it off.
 */
@Injectable()
export class Sealer implements OnModuleInit {
  private readonly lines: Pino;
  private readonly task = new RepeatedTask(INTERVAL_MILLISECONDS, 'audit events wait for their seal', () =>
    this.seal(),
  );
  private sealing: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly config: AuditConfig,
    private readonly chain: ChainRepository,
    private readonly watch: ChainWatch,
    private readonly metrics: SealingMetrics,
    { logger }: PinoLogger,
  ) {
    // At every LOG_LEVEL: these lines are evidence.
    this.lines = logger.child({}, { level: 'info' });
  }

  onModuleInit(): void {
    this.task.start();
  }

  async stop(): Promise<void> {
    this.task.stop();
    // Without the database the rest is sealed by the next instance.
    await this.seal().catch(() => undefined);
  }

  /** Seals everything that has no seal yet, unless another instance is at it. */
  async seal(): Promise<void> {
    const turn = this.sealing.catch(() => undefined).then(() => this.sealAll());
    this.sealing = turn;
    return turn;
  }

  private async sealAll(): Promise<void> {
    try {
      let sealed: number | undefined;
      do {
        sealed = await this.sealBatch();
      } while (sealed === BATCH_SIZE);
    } catch (error) {
      this.metrics.showFailure();
      throw error;
    }
  }

  /** @returns how many events it has sealed; undefined while it is another instance's turn */
  private async sealBatch(): Promise<number | undefined> {
    let head: Head | undefined;
    const sealed = await this.chain.ifAlone(async () => {
      await this.watch.check();
      const before = await this.chain.head();
      const events = await this.chain.unsealed(BATCH_SIZE);
      this.metrics.showPosition(before?.position ?? 0n);
      head = await this.extend(before, events);
      return events.length;
    });
    // Also when it is another one's turn: whoever keeps the turn and does not seal has to be noticed.
    const [oldest] = sealed === undefined ? await this.chain.unsealed(1) : [];
    this.metrics.showWaiting(oldest?.recordedAt ?? null);
    if (head && sealed) {
      this.announce(head);
    }
    return sealed;
  }

  private async extend(
    before: Head | undefined,
    events: readonly UnsealedEvent[],
  ): Promise<Head | undefined> {
    const { id: keyId, key } = this.config.keys.current;
    let head = before ?? { position: 0n, mac: BEGINNING };
    const links: SealedLink[] = [];
    for (const { id: eventId, digest } of events) {
      const position = head.position + 1n;
      head = { position, mac: macOf({ position, eventId, digest }, head.mac, key) };
      links.push({ ...head, eventId, keyId });
    }
    const isComplete = events.length < BATCH_SIZE;
    await this.chain.append(links, isComplete ? (events[0]?.horizon ?? null) : null);
    return head;
  }

  /** Once it is committed, and not before: a head that is not there would look like one that was cut off. */
  private announce(head: Head): void {
    this.watch.remember(head);
    this.metrics.showPosition(head.position);
    const mac = Buffer.from(head.mac).toString('hex');
    this.lines.info({ auditHead: { position: Number(head.position), mac } }, 'audit head');
  }
}
