import { setTimeout as delay } from 'node:timers/promises';

/** Where the program keeps its key: a file, a secret store. */
export interface KeyStore {
  read(): Promise<string>;
  /** Must have stored the key when it resolves: the old one ends a while after it. */
  write(key: string): Promise<void>;
}

export interface SelfRotatingKeyOptions {
  /** Origin of the API. */
  readonly url: string;
  readonly store: KeyStore;
  /** Time in which everything else that uses the key learns the new one: 0, 3600, 86400 or 604800. */
  readonly graceSeconds?: 0 | 3600 | 86_400 | 604_800;
}

/** The API announces the end of a key with this header, days ahead. */
const EXPIRES = 'x-api-key-expires';
const PAUSE_MILLISECONDS = 3_600_000;
const LEARN_ATTEMPTS = 20;
const LEARN_PAUSE_MILLISECONDS = 250;
const CONFLICT = 409;
const UNAUTHORIZED = 401;

/**
 * Calls the API with a key that looks after itself: when the API announces its end, it is rotated
 * beside the ordinary calls, and none of them waits or fails. What was sent with the old secret is
 * still good, for the grace period; the new one is used once it is stored.
 */
export class SelfRotatingKey {
  readonly #options: SelfRotatingKeyOptions;
  #key: string | undefined;
  /** A new key that the store has not taken yet; the next rotation tries that again first. */
  #unstored: string | undefined;
  #rotatedAt = -Infinity;
  #rotation: Promise<void> | undefined;

  constructor(options: SelfRotatingKeyOptions) {
    this.#options = options;
  }

  /** Like `fetch`, for a path of the API. */
  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const key = (this.#key ??= await this.#options.store.read());
    const response = await this.#send(path, init, key);
    if (response.status === UNAUTHORIZED && (await this.#learnNewKey(key))) {
      return this.#send(path, init, this.#key);
    }
    // An answer to the earlier secret, which came late, says nothing about the new one.
    if (key === this.#key && response.headers.has(EXPIRES) && this.#isDue()) {
      // Beside the calls, whose answers do not wait for it; a failure is tried again with the next one.
      this.rotate().catch(() => undefined);
    }
    return response;
  }

  /** Gets a new secret and stores it. However many ask, there is one rotation at a time. */
  async rotate(): Promise<void> {
    this.#rotation ??= this.#rotateNow().finally(() => (this.#rotation = undefined));
    return this.#rotation;
  }

  /** Not again at once: an end that a rotation does not move is announced again and again. */
  #isDue(): boolean {
    return performance.now() - this.#rotatedAt >= PAUSE_MILLISECONDS;
  }

  async #rotateNow(): Promise<void> {
    const { store, graceSeconds = 86_400 } = this.#options;
    if (this.#unstored !== undefined) {
      await this.#store(this.#unstored);
      return;
    }
    const old = (this.#key ??= await store.read());
    const response = await this.#send(
      '/v2/api-keys/current/rotate',
      {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ graceSeconds }),
      },
      old,
    );
    if (response.status === CONFLICT) {
      // Another process with the same store was first, and will have stored the new key in a moment.
      for (let attempt = 0; attempt < LEARN_ATTEMPTS; attempt += 1) {
        if (await this.#learnNewKey(old)) {
          return;
        }
        await delay(LEARN_PAUSE_MILLISECONDS);
      }
      throw new Error('somebody else has rotated the key, and the store does not have the new one');
    }
    if (!response.ok) {
      throw new Error(`the key was not rotated: status ${response.status}`);
    }
    const { key } = (await response.json()) as { key: string };
    // First of all it is kept here: nobody can be asked for it again.
    this.#key = key;
    this.#rotatedAt = performance.now();
    await this.#store(key);
  }

  async #store(key: string): Promise<void> {
    this.#unstored = key;
    await this.#options.store.write(key);
    this.#unstored = undefined;
  }

  /** Whether the store has another key than the one that was just refused. */
  async #learnNewKey(refused: string): Promise<boolean> {
    const stored = await this.#options.store.read();
    this.#key = stored;
    return stored !== refused;
  }

  #send(path: string, init: RequestInit, key = ''): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set('x-api-key', key);
    return fetch(this.#options.url + path, { ...init, headers });
  }
}
