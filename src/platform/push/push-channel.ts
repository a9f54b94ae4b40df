/** Receives what was published on a topic, by this or by another instance. */
export type PushHandler = (message: string) => void;

export type Unsubscribe = () => void;

/**
 * Tells every instance something within moments, for example that a credential was revoked.
 * Delivery is at most once: a message published while the channel is broken is lost. Whoever
 * caches what a message may invalidate therefore watches `onBreak` and `isConnected`, and
 * trusts its cache only while the channel stands.
 */
export interface PushChannel {
  /** False from the moment a break is noticed until every topic is heard again. */
  readonly isConnected: boolean;
  /** @throws when the message could not be handed to the channel. */
  publish(topic: string, message: string): Promise<void>;
  /** Resolves once messages of the topic are heard. */
  subscribe(topic: string, handler: PushHandler): Promise<Unsubscribe>;
  /** Calls `handler` on every break, before anything else is heard. */
  onBreak(handler: () => void): Unsubscribe;
}

export const PushChannel = Symbol('PushChannel');

/** The longest message that every implementation carries; NOTIFY takes less than 8,000 bytes. */
export const MAX_MESSAGE_BYTES = 4096;
