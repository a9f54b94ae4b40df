/** A way in which a request can fail, as the caller may know it. */
export interface ErrorCondition {
  /** Stable and dotted, such as `rate_limit.exceeded`; clients branch on it. */
  readonly code: string;
  readonly status: number;
  /** The same words for every occurrence (RFC 9457 §3.1.3). */
  readonly title: string;
}

export interface AppErrorOptions {
  /** Public words about this occurrence; nothing internal. */
  readonly detail?: string;
  /** Members of the problem document beside the standard ones. */
  readonly extensions?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Private: for the log, never for the caller. */
  readonly cause?: unknown;
}

/** Leaves the request with a problem document; the filter in this folder writes it. */
export class AppError extends Error {
  readonly detail: string | undefined;
  readonly extensions: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    readonly condition: ErrorCondition,
    options: AppErrorOptions = {},
  ) {
    super(condition.title, { cause: options.cause });
    this.name = 'AppError';
    this.detail = options.detail;
    this.extensions = options.extensions ?? {};
    this.headers = options.headers ?? {};
  }
}
