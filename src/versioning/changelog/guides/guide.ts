/** One request and its answer. Values that differ from call to call are examples of their kind. */
export interface Exchange {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** With `{id}` for the first customer of the lists, and `{cursor}` for the page after it. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
  readonly response: {
    readonly status: number;
    /** Those that matter here; an answer has more. */
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: object;
  };
}

/** One thing that a client must change, with what it says and hears before and after. */
export interface GuideStep {
  readonly title: string;
  readonly what: string;
  readonly before: Exchange;
  readonly after: Exchange;
}

/** How to move from one way of calling the API to another. */
export interface Guide {
  readonly title: string;
  readonly intro: string;
  readonly steps: readonly GuideStep[];
}
