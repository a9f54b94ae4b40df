import { randomUUID } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { PinoLogger } from 'nestjs-pino';
import type { Logger as Pino } from 'pino';
import { Clock } from '../clock/clock.js';
import { circumstancesOf } from '../http/request/circumstances.js';
import {
  CATALOGUE,
  type SecurityEvent,
  type SecurityEventDetails,
  type SecurityEventName,
} from './security-event.js';

/** Hears of each event the moment it is written; it neither waits for anything nor asks for an answer. */
export type SecurityEventListener = (event: SecurityEvent) => void;

/** The one writer of security events: each goes to the log, and to whoever listens. */
@Injectable()
export class SecurityEvents {
  private readonly log = new Logger(SecurityEvents.name);
  private readonly lines: Pino;
  private readonly listeners: SecurityEventListener[] = [];

  /** A logger with a level of its own: no LOG_LEVEL can silence security events. */
  constructor(
    { logger }: PinoLogger,
    private readonly clock: Clock,
  ) {
    this.lines = logger.child({}, { level: 'info' });
  }

  /** For the life of the application. */
  subscribe(listener: SecurityEventListener): void {
    this.listeners.push(listener);
  }

  /**
   * Writes an event with who, from where and on which request.
   * @param request null for events of the system itself
   */
  write<Name extends SecurityEventName>(
    name: Name,
    details: SecurityEventDetails[Name],
    request: FastifyRequest | null,
  ): void {
    const circumstances = request && circumstancesOf(request);
    const id = randomUUID();
    const { severity, outcome } = CATALOGUE[name];
    const line: object = { securityEvent: name, eventId: id, outcome, ...circumstances, ...details };
    this.lines[severity](line, 'security event');
    const at = new Date(this.clock.nowMilliseconds());
    this.tell({ id, name, at, severity, outcome, circumstances, details } as SecurityEvent);
  }

  /** One listener's fault is neither the caller's nor the other listeners'. */
  private tell(event: SecurityEvent): void {
    for (const listener of this.listeners) {
      try {
        listener(event);
      } catch (error) {
        this.log.error({ err: error }, 'a listener to security events failed');
      }
    }
  }
}
