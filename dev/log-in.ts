import { StartFailure } from './start-failure.ts';

const MAX_STEPS = 10;

/**
 * Does what a browser would do between the authorization request and the client's redirect:
 * follows redirects, keeps cookies, fills in the provider's form. Returns the URL of the
 * client that the browser would have been sent to, with the code in it.
 */
export async function logIn(
  authorizationUrl: URL,
  { name, password, redirectUri }: { name: string; password: string; redirectUri: string },
): Promise<URL> {
  const cookies = new CookieJar();
  let url = authorizationUrl;
  let form: URLSearchParams | undefined;
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const response = await fetch(url, {
      ...(form ? { method: 'POST', body: form } : {}),
      headers: { cookie: cookies.header() },
      redirect: 'manual',
    });
    cookies.keep(response.headers.getSetCookie());
    const location = response.headers.get('location');
    if (location) {
      url = new URL(location, url);
      form = undefined;
      if (url.href.startsWith(redirectUri)) {
        return url;
      }
    } else if (response.ok && !form) {
      url = new URL(formAction(await response.text()), url);
      form = new URLSearchParams({ name, password });
    } else {
      throw new StartFailure(
        `The identity provider refused the log-in of ${name} (status ${response.status}).`,
      );
    }
  }
  throw new StartFailure(`The identity provider did not finish the log-in of ${name}.`);
}

function formAction(html: string): string {
  const action = /<form[^>]* action="([^"]+)"/.exec(html)?.[1];
  if (action === undefined) {
    throw new StartFailure('The identity provider answered without a log-in form.');
  }
  return action;
}

/** Only as much of a cookie jar as one log-in at one host needs. */
class CookieJar {
  readonly #cookies = new Map<string, string>();

  keep(setCookies: readonly string[]): void {
    for (const setCookie of setCookies) {
      const [name = '', value = ''] = (setCookie.split(';')[0] ?? '').split(/=(.*)/s);
      this.#cookies.set(name.trim(), value);
    }
  }

  header(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }
}
