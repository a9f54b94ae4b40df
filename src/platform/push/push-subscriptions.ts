import { Logger } from '@nestjs/common';
import { MAX_MESSAGE_BYTES, type PushHandler, type Unsubscribe } from './push-channel.js';

const TOPIC = /^[a-z][a-z_]{0,40}$/;

/** Who listens to what: the part that every implementation of the push channel shares. */
export class PushSubscriptions {
  private readonly logger = new Logger(PushSubscriptions.name);
  private readonly handlers = new Map<string, Set<PushHandler>>();
  private readonly breakHandlers = new Set<() => void>();

  get topics(): string[] {
    return [...this.handlers.keys()];
  }

  add(topic: string, handler: PushHandler): Unsubscribe {
    assertTopic(topic);
    const handlers = this.handlers.get(topic) ?? new Set();
    this.handlers.set(topic, handlers.add(handler));
    return () => handlers.delete(handler);
  }

  addBreakHandler(handler: () => void): Unsubscribe {
    this.breakHandlers.add(handler);
    return () => this.breakHandlers.delete(handler);
  }

  deliver(topic: string, message: string): void {
    for (const handler of this.handlers.get(topic) ?? []) {
      this.callSafely(() => handler(message));
    }
  }

  announceBreak(): void {
    for (const handler of this.breakHandlers) {
      this.callSafely(handler);
    }
  }

  /** One subscriber's fault must neither end the connection nor keep the others from hearing. */
  private callSafely(handler: () => void): void {
    try {
      handler();
    } catch (error) {
      this.logger.error(error);
    }
  }
}

/** Topics become channel names and SQL identifiers: a closed alphabet, checked before use. */
export function assertTopic(topic: string): void {
  if (!TOPIC.test(topic)) {
    throw new Error('A push topic consists of lower-case letters and underscores');
  }
}

export function assertMessage(message: string): void {
  if (Buffer.byteLength(message) > MAX_MESSAGE_BYTES) {
    throw new Error(`A push message has at most ${MAX_MESSAGE_BYTES} bytes`);
  }
}
