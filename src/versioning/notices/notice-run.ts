import { createHash } from 'node:crypto';
import type { Clock } from '../../platform/clock/clock.js';
import type { ApiVersions, VersionDeprecation } from '../api-versions.js';
import { GUIDES_PATH } from '../deprecated-routes.js';
import type { DeprecatedCallers } from './deprecated-callers.js';
import type { Mail, MailTransport } from '../../platform/mail/mail-transport.js';
import type { NoticeClaims, NoticeKey } from './notice-claims.js';
import { emptyReport, type NoticeReport } from './notice-report.js';
import { stageAt, type NoticeStage } from './notice-stages.js';
import { noticeText, noticeTitle } from './notice-text.js';
import { planNotices, type Audience, type TenantContact } from './plan-notices.js';

/** Clients that have not called for so long are taken to have moved. */
const CALL_DAYS = 30;
const DAY_MILLISECONDS = 86_400_000;

/** What a run works with. */
export interface NoticeRunParts {
  readonly versions: ApiVersions;
  readonly callers: DeprecatedCallers;
  readonly contacts: { all(): Promise<readonly TenantContact[]> };
  readonly claims: NoticeClaims;
  readonly transport: MailTransport;
  readonly clock: Clock;
}

export interface NoticeRunOptions {
  /** The sender's address. */
  readonly from: string;
  readonly publicOrigin: string;
  /** Says what would be sent; sends and claims nothing. */
  readonly isDryRun: boolean;
  /** Sends also what an earlier run may have sent. */
  readonly retriesUncertain: boolean;
  readonly isStopped: () => boolean;
}

/** A version whose end is to be told of. */
interface EndingVersion {
  readonly version: string;
  readonly deprecation: VersionDeprecation;
  readonly stage: NoticeStage;
}

interface DueNotice {
  readonly key: NoticeKey;
  readonly mail: Mail;
}

/** Tells the owners of clients that still call an ending version, each of them once in each stage. */
export class NoticeRun {
  private readonly report = emptyReport();
  private isOpen = false;

  constructor(
    private readonly parts: NoticeRunParts,
    private readonly options: NoticeRunOptions,
  ) {}

  async run(): Promise<NoticeReport> {
    const due = await this.dueNotices();
    for (const [index, notice] of due.entries()) {
      if (this.options.isStopped()) {
        this.report.outstanding = due.length - index;
        break;
      }
      await this.handle(notice);
    }
    return this.report;
  }

  private async dueNotices(): Promise<DueNotice[]> {
    const { callers, clock } = this.parts;
    const since = new Date(clock.nowMilliseconds() - CALL_DAYS * DAY_MILLISECONDS);
    const contacts = await this.parts.contacts.all();
    const due: DueNotice[] = [];
    for (const ending of this.endingVersions()) {
      const calls = await callers.callsOf(ending.version, since);
      const { audiences, unaddressed } = planNotices(calls, contacts);
      this.report.unaddressed.push(...unaddressed);
      due.push(...audiences.map((audience) => this.noticeFor(ending, audience)));
    }
    return due;
  }

  private endingVersions(): EndingVersion[] {
    const now = this.parts.clock.nowMilliseconds();
    return this.parts.versions.all.flatMap(({ name, deprecation }) => {
      const stage = deprecation ? stageAt(deprecation, now) : null;
      return deprecation && stage ? [{ version: name, deprecation, stage }] : [];
    });
  }

  private noticeFor({ version, deprecation, stage }: EndingVersion, audience: Audience): DueNotice {
    const { from, publicOrigin } = this.options;
    const { tenantId, recipient, email, calls } = audience;
    const key = { tenantId, version, stage, recipient };
    const guideUrl = `${publicOrigin}${GUIDES_PATH}/${deprecation.guide}`;
    const about = { version, deprecation, tenantId, calls, callDays: CALL_DAYS, publicOrigin, guideUrl };
    const mail = {
      from,
      to: email,
      subject: noticeTitle(about),
      text: noticeText(about),
      messageId: messageIdOf(key, from),
      date: new Date(this.parts.clock.nowMilliseconds()),
    };
    return { key, mail };
  }

  private async handle({ key, mail }: DueNotice): Promise<void> {
    const { claims } = this.parts;
    const state = await claims.stateOf(key);
    if (state === 'sent') {
      this.report.sentBefore += 1;
    } else if (state === 'under_way') {
      this.report.underWay += 1;
    } else if (state === 'uncertain' && !this.options.retriesUncertain) {
      this.report.uncertain.push({ notice: key, reason: 'an earlier run ended while it sent this' });
    } else if (this.options.isDryRun) {
      this.report.planned.push(mail);
    } else {
      await this.open();
      const claimedAt = state === 'unclaimed' ? await claims.claim(key) : await claims.takeOver(key);
      if (claimedAt === null) {
        this.report.underWay += 1;
      } else {
        await this.send(key, mail, claimedAt);
      }
    }
  }

  /** Before the first claim: a mail server that is away then leaves none behind. */
  private async open(): Promise<void> {
    if (!this.isOpen) {
      await this.parts.transport.open();
      this.isOpen = true;
    }
  }

  private async send(notice: NoticeKey, mail: Mail, claimedAt: Date): Promise<void> {
    const { claims, transport } = this.parts;
    const delivery = await transport.send(mail);
    switch (delivery.outcome) {
      case 'accepted':
        await claims.markSent(notice);
        this.report.sent.push(notice);
        break;
      case 'refused':
        await claims.release(notice, claimedAt);
        this.report.refused.push({ notice, reason: delivery.reason });
        break;
      case 'unknown':
        this.report.uncertain.push({ notice, reason: delivery.reason });
        break;
    }
  }
}

/** Made of what makes a notice the same one, and telling none of it. */
function messageIdOf({ tenantId, version, stage, recipient }: NoticeKey, from: string): string {
  const parts = JSON.stringify([tenantId, version, stage, recipient]);
  const digest = createHash('sha256').update(parts).digest('hex').slice(0, 32);
  return `<${digest}@${from.slice(from.lastIndexOf('@') + 1)}>`;
}
