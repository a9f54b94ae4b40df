import type { CommandClient } from '../../database/connection/with-client.js';
import type { Clock } from '../../platform/clock/clock.js';
import type { NoticeStage } from './notice-stages.js';

/** What makes two notices the same one. */
export interface NoticeKey {
  readonly tenantId: string;
  readonly version: string;
  readonly stage: NoticeStage;
  readonly recipient: string;
}

/**
 * `under_way`: claimed a moment ago, by a run that may be sending it. `uncertain`: claimed by a run
 * that has said nothing since, so that nobody knows whether it was sent.
 */
export type NoticeState = 'unclaimed' | 'under_way' | 'uncertain' | 'sent';

/** Longer than any sending takes. */
const UNCERTAIN_AFTER_MILLISECONDS = 900_000;

const CLAIM = `
  INSERT INTO deprecation_notices (tenant_id, version, stage, recipient, claimed_at)
  VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`;

const TAKE_OVER = `
  UPDATE deprecation_notices SET claimed_at = $5
  WHERE tenant_id = $1 AND version = $2 AND stage = $3 AND recipient = $4
    AND sent_at IS NULL AND claimed_at <= $6`;

const RELEASE = `
  DELETE FROM deprecation_notices
  WHERE tenant_id = $1 AND version = $2 AND stage = $3 AND recipient = $4
    AND sent_at IS NULL AND claimed_at = $5`;

const MARK_SENT = `
  UPDATE deprecation_notices SET sent_at = $5
  WHERE tenant_id = $1 AND version = $2 AND stage = $3 AND recipient = $4 AND sent_at IS NULL`;

const STATE = `
  SELECT claimed_at AS "claimedAt", sent_at AS "sentAt" FROM deprecation_notices
  WHERE tenant_id = $1 AND version = $2 AND stage = $3 AND recipient = $4`;

/**
 * Who sends what, however many processes run: a row that only one of them can insert. It is there
 * before the mail leaves, and so also when the process ends in between: rather no notice than two.
 */
export class NoticeClaims {
  constructor(
    private readonly client: CommandClient,
    private readonly clock: Clock,
  ) {}

  async stateOf(key: NoticeKey): Promise<NoticeState> {
    const { rows } = await this.client.query<{ claimedAt: Date; sentAt: Date | null }>(STATE, valuesOf(key));
    const [row] = rows;
    if (!row) {
      return 'unclaimed';
    }
    if (row.sentAt !== null) {
      return 'sent';
    }
    return row.claimedAt <= this.uncertainSince() ? 'uncertain' : 'under_way';
  }

  /** @returns when it was claimed; null when somebody else was first */
  async claim(key: NoticeKey): Promise<Date | null> {
    const now = this.now();
    const { rowCount } = await this.client.query(CLAIM, [...valuesOf(key), now]);
    return rowCount === 1 ? now : null;
  }

  /** Claims anew what is uncertain; null when it is not, or somebody else was first. */
  async takeOver(key: NoticeKey): Promise<Date | null> {
    const now = this.now();
    const { rowCount } = await this.client.query(TAKE_OVER, [...valuesOf(key), now, this.uncertainSince()]);
    return rowCount === 1 ? now : null;
  }

  /** Gives back what was certainly not sent; a claim that somebody has taken over is theirs. */
  async release(key: NoticeKey, claimedAt: Date): Promise<void> {
    await this.client.query(RELEASE, [...valuesOf(key), claimedAt]);
  }

  async markSent(key: NoticeKey): Promise<void> {
    await this.client.query(MARK_SENT, [...valuesOf(key), this.now()]);
  }

  private now(): Date {
    return new Date(this.clock.nowMilliseconds());
  }

  private uncertainSince(): Date {
    return new Date(this.clock.nowMilliseconds() - UNCERTAIN_AFTER_MILLISECONDS);
  }
}

function valuesOf({ tenantId, version, stage, recipient }: NoticeKey): string[] {
  return [tenantId, version, stage, recipient];
}
