import { Injectable } from '@nestjs/common';
import { CATALOGUE } from '../../platform/events/security-event.js';
import { SecurityEvents } from '../../platform/events/security-events.js';
import { Metrics } from '../../platform/metrics/metrics.js';

/** How often each security event happened, by its name alone: who and where is for the log and the audit trail. */
@Injectable()
export class EventMetrics {
  constructor(metrics: Metrics, events: SecurityEvents) {
    const counter = metrics.counter({
      name: 'security_events_total',
      help: 'Security events by their name.',
      labels: ['event'],
    });
    // From zero: of a series that begins with its first event, Prometheus sees no increase.
    const counters = new Map(Object.keys(CATALOGUE).map((event) => [event, counter.labels({ event })]));
    counters.forEach((series) => series.inc(0));
    events.subscribe(({ name }) => counters.get(name)?.inc());
  }
}
