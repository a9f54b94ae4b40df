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
    sessionLine.textContent = `Logged in as ${session.subject}. What you try out here is done for real.`;
    return;
  }
  const link = document.createElement('a');
  link.href = sessionLine.dataset.logIn;
  link.textContent = 'Log in';
  sessionLine.append(link, ' to try calls out.');
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
