/** What came back, with everything a test looks at. */
export interface ApiResponse {
  readonly status: number;
  readonly headers: Headers;
  /** The parsed JSON body; undefined when there is none. */
  // oxlint-disable-next-line typescript/no-explicit-any -- a test looks at bodies of every shape
  readonly body: any;
  readonly requestId: string;
}

export interface RequestOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is, with the content type of the headers (JSON unless they say otherwise). */
  readonly raw?: string | Uint8Array;
}

/** A small HTTP client of one caller. */
export class ApiClient {
  constructor(
    private readonly url: string,
    private readonly headers: Readonly<Record<string, string>> = {},
  ) {}

  withToken(token: string): ApiClient {
    return new ApiClient(this.url, { ...this.headers, authorization: `Bearer ${token}` });
  }

  get(path: string, options?: RequestOptions): Promise<ApiResponse> {
    return this.send('GET', path, options);
  }

  post(path: string, json: unknown): Promise<ApiResponse> {
    return this.send('POST', path, { json });
  }

  patch(path: string, json: unknown, ifMatch = '*'): Promise<ApiResponse> {
    return this.send('PATCH', path, { json, headers: { 'if-match': ifMatch } });
  }

  delete(path: string, ifMatch = '*'): Promise<ApiResponse> {
    return this.send('DELETE', path, { headers: { 'if-match': ifMatch } });
  }

  async send(method: string, path: string, options: RequestOptions = {}): Promise<ApiResponse> {
    const body = options.raw ?? (options.json === undefined ? undefined : JSON.stringify(options.json));
    const response = await fetch(this.url + path, {
      method,
      redirect: 'manual',
      headers: {
        ...this.headers,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...options.headers,
      },
      ...(body === undefined ? {} : { body: body as string }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? undefined : (JSON.parse(text) as unknown),
      requestId: response.headers.get('x-request-id') ?? '',
    };
  }
}
