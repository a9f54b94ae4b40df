/*
 * Draws the document of the page's version. Calls that are tried out carry the session cookie and nothing
 * else: there is no place to enter a token, so that none can be stolen from this page.
 */
const main = document.getElementById('documentation');
const sessionLine = document.getElementById('session');

/** @type {string | undefined} */
let csrfToken;

const nothing = () => () => null;

function withoutAuthorizeButtons() {
  return { wrapComponents: { authorizeBtn: nothing, authorizeOperationBtn: nothing } };
}

async function showSession() {
  if (!sessionLine) {
    return;
  }
  const response = await fetch('/auth/session');
  if (response.ok) {
    const session = await response.json();
    csrfToken = session.csrfToken;
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = 'Log out';
    button.addEventListener('click', () => void logOut());
    sessionLine.replaceChildren(
      `Logged in as ${session.subject}. What you try out here is done for real. `,
      button,
    );
    return;
  }
  const link = document.createElement('a');
  link.href = sessionLine.dataset.logIn;
  link.textContent = 'Log in';
  sessionLine.append(link, ' to try calls out.');
}

/**
 * Answers that were tried out go first, whatever the server says, or a person who leaves while it is out of
 * reach would leave them behind. After it the page is replaced: no way back leads to it.
 */
async function logOut() {
  main.replaceChildren();
  try {
    const response = await fetch('/auth/logout', { method: 'POST', headers: { 'X-CSRF-Token': csrfToken } });
    if (response.ok) {
      location.replace((await response.json()).continueAt);
      return;
    }
    if (response.status === 401) {
      location.reload();
      return;
    }
  } catch {
    // Not reached: said below, as any refusal.
  }
  sessionLine.prepend('You are not logged out: try again. ');
}

/** A session may have ended elsewhere, or by itself, while nobody looked: its answers are not shown any more. */
async function forgetEndedSession() {
  if (document.visibilityState === 'visible' && csrfToken !== undefined) {
    const { status } = await fetch('/auth/session');
    if (status === 401) {
      location.reload();
    }
  }
}

/**
 * The document without the issuer's discovery: Swagger UI would fetch it for the button that this page does
 * not have, and the policy lets nothing be fetched from elsewhere.
 */
async function documentOf(url) {
  const response = await fetch(url);
  const documentation = await response.json();
  if (!response.ok) {
    const seconds = response.headers.get('retry-after');
    throw new Error(`${documentation.title}${seconds ? `: try again in ${seconds} seconds` : ''}.`);
  }
  delete documentation.components.securitySchemes.openIdConnect;
  return documentation;
}

async function draw() {
  window.SwaggerUIBundle({
    spec: await documentOf(main.dataset.document),
    domNode: main,
    deepLinking: true,
    docExpansion: 'list',
    defaultModelsExpandDepth: 0,
    persistAuthorization: false,
    // Asks a server of its maker otherwise, and sends it the document.
    validatorUrl: null,
    plugins: [withoutAuthorizeButtons],
    requestInterceptor(request) {
      if (csrfToken !== undefined && !/^(GET|HEAD)$/i.test(request.method ?? 'GET')) {
        request.headers['X-CSRF-Token'] = csrfToken;
      }
      return request;
    },
  });
}

draw().catch((error) => {
  main.textContent = error.message;
});
void showSession();
document.addEventListener('visibilitychange', () => void forgetEndedSession());
window.addEventListener('pageshow', ({ persisted }) => {
  if (persisted) {
    void forgetEndedSession();
  }
});
