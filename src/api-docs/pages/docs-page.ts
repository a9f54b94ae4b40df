import { html } from '../../platform/html/html.js';
import { page } from '../../platform/html/page.js';
import type { ApiVersion } from '../../versioning/api-versions.js';
import { dayOf } from '../../versioning/deprecation.js';
import { GUIDES_PATH } from '../../versioning/deprecated-routes.js';
import { ASSETS_PATH } from './assets.js';

export interface DocsPageParts {
  readonly version: ApiVersion;
  /** Its end is announced. */
  readonly isDeprecated: boolean;
  readonly all: readonly ApiVersion[];
  /** People can log in at a browser. */
  readonly hasSessions: boolean;
}

/** The page of one version. Everything else on it is drawn by Swagger UI, from the document that it names. */
export function docsPage({ version, isDeprecated, all, hasSessions }: DocsPageParts): string {
  const links = all.map(({ name }) =>
    name === version.name
      ? html`<li><a href="/docs/v${name}" aria-current="page">v${name}</a></li>`
      : html`<li><a href="/docs/v${name}">v${name}</a></li>`,
  );
  return page({
    title: `API documentation, version ${version.name}`,
    head: html`<link rel="stylesheet" href="${ASSETS_PATH}/swagger-ui.css" />
      <link rel="stylesheet" href="${ASSETS_PATH}/docs.css" />
      <link rel="icon" href="data:," />
      <script src="${ASSETS_PATH}/swagger-ui-bundle.js" defer></script>
      <script src="${ASSETS_PATH}/docs.js" defer></script>`,
    body: html`<header>
        <nav aria-label="Versions">
          <ul>
            ${links}
          </ul>
        </nav>
        <nav aria-label="More">
          <ul>
            <li><a href="/changelog">Changes</a></li>
            <li><a href="/problems">Errors</a></li>
            <li><a href="/openapi/v${version.name}.json">OpenAPI</a></li>
          </ul>
        </nav>
        ${
          hasSessions
            ? html`<p id="session" data-log-in="/auth/login?returnTo=/docs/v${version.name}"></p>`
            : ''
        }
      </header>
      ${banner(version, isDeprecated)}
      <main id="documentation" data-document="/openapi/v${version.name}.json"></main>
      <noscript
        ><p>The <a href="/openapi/v${version.name}.json">OpenAPI document</a> says the same.</p></noscript
      >`,
  });
}

function banner({ name, deprecation }: ApiVersion, isDeprecated: boolean) {
  return deprecation && isDeprecated
    ? html`<p id="deprecation" role="alert">
        Version ${name} is deprecated and ends on ${dayOf(deprecation.sunsetAt)}.
        <a href="/docs/v${deprecation.successor}">Use version ${deprecation.successor}</a>:
        <a href="${GUIDES_PATH}/${deprecation.guide}">how to migrate</a>.
      </p>`
    : html``;
}
