import type { KoaContextWithOIDC } from 'oidc-provider';

/** The log-in form. Everything in it is fixed or escaped, and it needs no script. */
export function logInPage(uid: string, { isRefused = false } = {}): string {
  const refusal = isRefused ? '<p role="alert">Unknown user name or wrong password.</p>' : '';
  return page(
    'Log in',
    `${refusal}
    <form method="post" action="/interaction/${encodeURIComponent(uid)}">
      <p><label>User name <input name="name" autocomplete="username" required autofocus></label></p>
      <p><label>Password <input name="password" type="password" autocomplete="current-password" required></label></p>
      <button>Log in</button>
    </form>`,
  );
}

/** What the provider shows when a log-in is not under way any more, or never was. */
export function expiredPage(): string {
  return page('Log in', '<p>This log-in has expired. Go back to where you came from and begin again.</p>');
}

/** The page that a client's log-out leads to; `form` comes from the provider and is complete. */
export function signOutPage(context: KoaContextWithOIDC, form: string): void {
  context.type = 'html';
  context.body = page(
    'Log out',
    `${form}
    <button type="submit" form="op.logoutForm" name="logout" value="yes" autofocus>Log out</button>
    <button type="submit" form="op.logoutForm">Stay logged in</button>`,
  );
}

function page(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><title>${title} · demo identity provider</title></head>
  <body>
    <h1>${title}</h1>
    ${content}
  </body>
</html>
`;
}
