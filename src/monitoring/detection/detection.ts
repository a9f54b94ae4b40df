import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Clock } from '../../platform/clock/clock.js';
import type { SecurityEvent } from '../../platform/events/security-event.js';
import { SecurityEvents } from '../../platform/events/security-events.js';
import { circumstancesOf } from '../../platform/http/request/circumstances.js';
import { Alerts } from '../alerts/alerts.js';
import { RequestLog, type Answer } from '../log/request-log.js';
import { CLIENT_ERROR_JUMP, OBJECT_PROBING, probed, SERVER_ERROR_JUMP } from './answer-rules.js';
import type { DetectionRule, Sighting } from './detection-rule.js';
import { ErrorShare } from './error-share.js';
import { EVENT_RULES } from './event-rules.js';
import { SightingStore } from './sighting-store.js';

/** One request or event that a rule has seen. */
interface Occasion {
  readonly tenantId: string | null;
  /** Tells it from all others: it is what counts where the rule names no member. */
  readonly id: string;
  /** The event behind it, when it is one. */
  readonly eventIds: readonly string[];
}

/** Looks at every security event and at every answer, and raises an alert when there are too many of one kind. */
@Injectable()
export class Detection implements OnModuleInit {
  private readonly jumps = [CLIENT_ERROR_JUMP, SERVER_ERROR_JUMP].map((rule) => ({
    rule,
    share: new ErrorShare({ minErrors: rule.threshold, minShare: rule.minShare }),
  }));

  constructor(
    private readonly events: SecurityEvents,
    private readonly requests: RequestLog,
    @Inject(SightingStore) private readonly sightings: SightingStore,
    private readonly alerts: Alerts,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.events.subscribe((event) => this.lookAtEvent(event));
    this.requests.subscribe((request, answer) => this.lookAtAnswer(request, answer));
  }

  private lookAtEvent(event: SecurityEvent): void {
    const occasion = {
      tenantId: event.circumstances?.tenantId ?? null,
      id: event.id,
      eventIds: [event.id],
    };
    for (const rule of EVENT_RULES) {
      const sighting = rule.sight(event);
      if (sighting) {
        void this.count(rule, sighting, occasion);
      }
    }
  }

  private lookAtAnswer(request: FastifyRequest, { status }: Answer): void {
    const sighting = probed(request, status);
    if (sighting) {
      const { tenantId } = circumstancesOf(request);
      void this.count(OBJECT_PROBING, sighting, { tenantId, id: request.id, eventIds: [] });
    }
    this.compare(status);
  }

  private async count(rule: DetectionRule, sighting: Sighting, occasion: Occasion): Promise<void> {
    const { id, windowSeconds, threshold } = rule;
    const { about, member = occasion.id, isOperators = false } = sighting;
    const { eventIds } = occasion;
    const tenantId = isOperators ? null : occasion.tenantId;
    const counted = { rule: id, key: JSON.stringify([tenantId, about]), member, windowSeconds, threshold };
    const count = threshold === 1 ? 1 : await this.sightings.count(counted, this.clock.nowMilliseconds());
    if (count >= threshold) {
      await this.alerts.raise(rule, { about, tenantId, count, eventIds });
    }
  }

  /** Of all callers together: who is gone before an answer says nothing about us. */
  private compare(status: number | null): void {
    const kind = status === null ? 0 : Math.floor(status / 100);
    const now = this.clock.nowMilliseconds();
    this.jumps.forEach(({ rule, share }, index) => {
      const count = share.count(kind === index + 4, now);
      if (count > 0) {
        void this.alerts.raise(rule, { about: 'service', tenantId: null, count, eventIds: [] });
      }
    });
  }
}
