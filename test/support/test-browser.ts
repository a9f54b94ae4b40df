import type { Environment } from '../../src/platform/config/configuration.js';
import { ApiClient, type ApiResponse } from './api-client.js';
import { SESSION_CLIENT } from './session-issuer.js';
import type { TestApp } from './test-app.js';

/** The API as browsers see it; its tests call it by its real address. */
export const PUBLIC_ORIGIN = 'http://api.demo.localhost';
/** The application in the browser: same site, another origin. */
export const APP_ORIGIN = 'http://app.demo.localhost';

/** What an operator sets so that people can log in. */
export const SESSION_ENVIRONMENT: Environment = {
  SESSION_CLIENT_ID: SESSION_CLIENT.id,
  SESSION_CLIENT_SECRET: SESSION_CLIENT.secret,
  SESSION_PUBLIC_ORIGIN: PUBLIC_ORIGIN,
  SESSION_SCOPES: 'openid,customers:read,customers:write',
  SESSION_RETURN_URLS: `${APP_ORIGIN}/`,
  CORS_ALLOWED_ORIGINS: APP_ORIGIN,
  RATE_LIMIT_CREDENTIAL_ENDPOINTS: '1000000/hour',
};

/** As much of a browser as a log-in needs: cookies, redirects, and what a page of the app sends along. */
export class TestBrowser {
  readonly cookies = new Map<string, string>();
  csrfToken = '';

  constructor(private readonly app: Pick<TestApp, 'url'>) {}

  /** The requests of a script in a page of the app. */
  get page(): ApiClient {
    return new ApiClient(this.app.url, { ...this.pageHeaders, 'x-csrf-token': this.csrfToken });
  }

  /** What the browser adds to them by itself. */
  get pageHeaders(): Record<string, string> {
    return { cookie: this.cookieHeader, origin: APP_ORIGIN, 'sec-fetch-site': 'same-site' };
  }

  get cookieHeader(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  get secret(): string {
    return this.cookies.get('__Host-session') ?? '';
  }

  /** Follows a link into the API, as the address bar does. */
  async open(path: string): Promise<ApiResponse> {
    const response = await new ApiClient(this.app.url).get(path, { headers: { cookie: this.cookieHeader } });
    this.keep(response);
    return response;
  }

  /** Begins a log-in: what the issuer answers to it, as the path of the callback. */
  async beginLogIn(returnTo?: string): Promise<string> {
    const query = returnTo === undefined ? '' : `?returnTo=${encodeURIComponent(returnTo)}`;
    const begun = await this.open(`/auth/login${query}`);
    const authorization = begun.headers.get('location');
    if (authorization === null) {
      throw new Error(`the log-in did not begin: ${begun.status}`);
    }
    const answered = await fetch(authorization, { redirect: 'manual' });
    return (answered.headers.get('location') ?? '').replace(PUBLIC_ORIGIN, '');
  }

  /** Logs in from beginning to end, and asks for the CSRF token. */
  async logIn(returnTo?: string): Promise<ApiResponse> {
    const completed = await this.open(await this.beginLogIn(returnTo));
    const { body } = await this.page.get('/auth/session');
    this.csrfToken = (body as { csrfToken?: string }).csrfToken ?? '';
    return completed;
  }

  /** As if the cookies had been copied to another machine. */
  copy(app: Pick<TestApp, 'url'> = this.app): TestBrowser {
    const copy = new TestBrowser(app);
    this.cookies.forEach((value, name) => copy.cookies.set(name, value));
    copy.csrfToken = this.csrfToken;
    return copy;
  }

  keep({ headers }: Pick<ApiResponse, 'headers'>): void {
    for (const line of headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/Max-Age=0/.test(line)) {
        this.cookies.delete(name);
      } else {
        this.cookies.set(name, value);
      }
    }
  }
}
