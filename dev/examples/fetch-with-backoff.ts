/*
 * A client that is a good neighbour: `fetchWithBackoff` tries again what may be tried again, after
 * the time that the server names, or after a random one that grows. Copy it; it needs nothing.
 *
 *   const budget = new RetryBudget();
 *   const answer = await fetchWithBackoff('http://localhost:3000/v2/customers', { headers }, { budget });
 */

export interface BackoffOptions {
  /** Attempts in all, the first one included. */
  readonly maxAttempts?: number;
  /** Before the second attempt the client waits a random time up to this, then up to twice as much, … */
  readonly baseDelayMilliseconds?: number;
  /** Longer than this nobody waits, whatever the server says: the answer is then the caller's to handle. */
  readonly maxDelayMilliseconds?: number;
  /** Shared by all requests to one server. */
  readonly budget?: RetryBudget;
  readonly fetch?: typeof fetch;
  readonly sleep?: (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>;
  /** From 0 up to 1. */
  readonly random?: () => number;
  readonly now?: () => number;
}

/** Methods that may be repeated without doing something twice (RFC 9110 §9.2.2). */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE']);

/** "Not now", as against "not like this". */
const WORTH_RETRYING = new Set([408, 429, 502, 503, 504]);

/**
 * A token bucket of retries: each first attempt earns a part of one. When a server fails for
 * everybody, its clients then add a tenth to its load and do not multiply it.
 */
export class RetryBudget {
  private tokens: number;

  constructor(
    private readonly capacity = 10,
    private readonly earnedPerRequest = 0.1,
  ) {
    this.tokens = capacity;
  }

  earn(): void {
    this.tokens = Math.min(this.tokens + this.earnedPerRequest, this.capacity);
  }

  spend(): boolean {
    // A tenth ten times is a little less than one.
    if (this.tokens < 0.999) {
      return false;
    }
    this.tokens -= 1;
    return true;
  }
}

/** `fetch`, with back-off. Resolves with the last answer; rejects as `fetch` does, and when aborted. */
export async function fetchWithBackoff(
  url: string | URL,
  init: RequestInit = {},
  options: BackoffOptions = {},
): Promise<Response> {
  const { maxAttempts = 5, budget, fetch: send = fetch, sleep = pause } = options;
  const signal = init.signal ?? undefined;
  // What is wrong with the request itself is thrown here, once, and not taken for a bad network.
  if (!isReadOnce(init.body)) {
    void new Request(url, init);
  }
  budget?.earn();
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await attemptOnce(send, url, init);
    const delay = delayBefore(outcome, attempt, options);
    const mayRetry = attempt < maxAttempts && delay !== undefined && isRepeatable(init);
    if (!mayRetry || signal?.aborted || budget?.spend() === false) {
      if (outcome instanceof Response) {
        return outcome;
      }
      throw outcome.error;
    }
    if (outcome instanceof Response) {
      // Lets go of the connection; nobody waits for it.
      outcome.body?.cancel().catch(() => undefined);
    }
    await sleep(delay, signal);
  }
}

async function attemptOnce(
  send: typeof fetch,
  url: string | URL,
  init: RequestInit,
): Promise<Response | { error: unknown }> {
  try {
    return await send(url, init);
  } catch (error) {
    return { error };
  }
}

/** A stream can be read once, and without a key a repeated POST is a second one. */
function isRepeatable({ method = 'GET', headers, body }: RequestInit): boolean {
  const isSafe = IDEMPOTENT.has(method.toUpperCase()) || new Headers(headers).has('idempotency-key');
  return isSafe && !isReadOnce(body);
}

function isReadOnce(body: RequestInit['body']): boolean {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
}

/** How long to wait before the next attempt; undefined when there should be none. */
function delayBefore(
  outcome: Response | { error: unknown },
  attempt: number,
  {
    baseDelayMilliseconds = 200,
    maxDelayMilliseconds = 60_000,
    random = Math.random,
    now = Date.now,
  }: BackoffOptions,
): number | undefined {
  if (outcome instanceof Response && !WORTH_RETRYING.has(outcome.status)) {
    return undefined;
  }
  // Full jitter: clients that were refused together do not come back together.
  const guess = random() * Math.min(baseDelayMilliseconds * 2 ** (attempt - 1), maxDelayMilliseconds);
  const named = outcome instanceof Response ? retryAfter(outcome, now) : undefined;
  if (named === undefined) {
    return guess;
  }
  return named > maxDelayMilliseconds ? undefined : named + guess;
}

/** Seconds or a date (RFC 9110 §10.2.3), in milliseconds from now. */
function retryAfter({ headers }: Response, now: () => number): number | undefined {
  const value = headers.get('retry-after')?.trim() ?? '';
  if (/^\d+$/.test(value)) {
    return Number(value) * 1000;
  }
  // Only dates are left, and Date.parse takes nearly everything for one.
  const date = /^[A-Z][a-z]+, .* GMT$/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(date - now(), 0);
}

function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', giveUp);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', giveUp, { once: true });
  });
}
