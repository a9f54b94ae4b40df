import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Clock } from '../../platform/clock/clock.js';
import type { SecurityEvent } from '../../platform/events/security-event.js';
import { SecurityEvents } from '../../platform/events/security-events.js';
import { circumstancesOf } from '../../platform/http/request/circumstances.js';
import { Alerts } from '../alerts/alerts.js';
import { RequestLog, type Answer } from '../log/request-log.js';
import { OBJECT_PROBING, probed } from './answers/answer-rules.js';
import type { DetectionRule, Sighting } from './detection-rule.js';
import { DetectionConfig } from './detection.config.js';
import { EVENT_RULES } from './event-rules.js';
import { SightingStore } from './sightings/sighting-store.js';

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
  constructor(
    private readonly config: DetectionConfig,
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
  }

  private async count(rule: DetectionRule, sighting: Sighting, occasion: Occasion): Promise<void> {
    const { id, windowSeconds } = rule;
    const threshold = this.config.thresholdOf(rule);
    const { about, detail, member = occasion.id, isOperators = false } = sighting;
    const { eventIds } = occasion;
    const tenantId = isOperators ? null : occasion.tenantId;
    const counted = { rule: id, key: JSON.stringify([tenantId, about]), member, windowSeconds, threshold };
    const count = threshold === 1 ? 1 : await this.sightings.count(counted, this.clock.nowMilliseconds());
    if (count >= threshold) {
      await this.alerts.raise(rule, { about, detail, tenantId, count, eventIds });
    }
  }
}
