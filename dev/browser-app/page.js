import { API } from './settings.js';

const element = (id) => document.getElementById(id);
let session;

/**
 * One call of the API. The browser attaches the cookie, which no script can read; what changes
 * something carries the session's CSRF token.
 */
async function call(method, path, body) {
  const response = await fetch(API + path, {
    method,
    credentials: 'include',
    headers: {
      ...(method === 'GET' ? {} : { 'x-csrf-token': session.csrfToken }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { ok: response.ok, status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

async function showWhoIsHere() {
  const answer = await call('GET', '/auth/session');
  session = answer.ok ? answer.body : undefined;
  element('stranger').hidden = answer.ok;
  element('person').hidden = !answer.ok;
  const refusal = new URLSearchParams(location.search).get('error');
  say(
    refusal
      ? `The log-in did not happen: ${refusal}.`
      : answer.ok || answer.status === 401
        ? ''
        : titleOf(answer),
  );
  if (session) {
    element('who').textContent = `${session.subject} of ${session.tenantId}, until ${session.expiresAt}`;
    element('cookie').textContent = document.cookie === '' ? 'empty' : document.cookie;
    await showCustomers();
  }
}

async function showCustomers() {
  const answer = await call('GET', '/v2/customers?sort=-createdAt&limit=20');
  const items = (answer.body.data ?? []).map(({ givenName, familyName, email }) => {
    const item = document.createElement('li');
    // As text and never as HTML: a customer may be called <script>.
    item.textContent = `${givenName} ${familyName}, ${email}`;
    return item;
  });
  element('customers').replaceChildren(...items);
}

element('log-in').addEventListener('click', () => {
  location.assign(`${API}/auth/login?returnTo=${encodeURIComponent(location.origin + location.pathname)}`);
});

element('log-out').addEventListener('click', async () => {
  const answer = await call('POST', '/auth/logout');
  if (answer.ok) {
    location.assign(answer.body.continueAt);
  } else {
    say(titleOf(answer));
  }
});

element('new').addEventListener('submit', async (event) => {
  event.preventDefault();
  const answer = await call('POST', '/v2/customers', Object.fromEntries(new FormData(event.target)));
  say(answer.ok ? 'Added.' : titleOf(answer));
  if (answer.ok) {
    event.target.reset();
    await showCustomers();
  }
});

function titleOf({ body }) {
  return body?.detail ?? body?.title ?? 'The API does not answer as expected.';
}

function say(text) {
  element('notice').textContent = text;
}

showWhoIsHere().catch(() =>
  say(`The API at ${API} cannot be reached, or does not allow ${location.origin}.`),
);
