/** What is asked for, by whom: as many paths as there are, each with the next token. */
export interface Targets {
  readonly paths: readonly string[];
  readonly tokens: readonly string[];
}

/** Load on one server: for so long, or so many requests. */
export interface LoadOrder {
  readonly url: string;
  readonly connections: number;
  readonly seconds?: number;
  readonly requests?: number;
}

export interface LoadResult {
  /** Those with an answer of success. */
  readonly requests: number;
  readonly seconds: number;
  readonly failures: number;
  /** Of a hundred answers, 99 came sooner. */
  readonly slowestMilliseconds: number;
}
