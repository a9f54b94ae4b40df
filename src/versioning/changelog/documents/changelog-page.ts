import { html, type Html } from '../../../platform/html/html.js';
import { page } from '../../../platform/html/page.js';
import { VERSION_NAMES } from '../../api-versions.js';
import { GUIDES_PATH } from '../../deprecated-routes.js';
import { CHANGE_KINDS, type Change } from '../change.js';
import { CHANGELOG_PATH, FEED_PATH } from './changelog-paths.js';

/**
 * The changes by day. The page loads nothing at all, so that the policy of JSON answers holds for it, too:
 * that is stricter than the one for pages, and enforced from the first day.
 */
export function changelogPage(changes: readonly Change[]): string {
  const days = Map.groupBy(changes, ({ date }) => date);
  return page({
    title: 'Changelog',
    head: html`<meta name="color-scheme" content="light dark" />
      <link rel="alternate" type="application/atom+xml" title="Changelog" href="${FEED_PATH}" />`,
    body: html`<main>
      <h1>Changelog</h1>
      ${filters()} ${[...days].map(([day, ofDay]) => daySection(day, ofDay))}
    </main>`,
  });
}

function filters(): Html {
  const queries = [
    ...VERSION_NAMES.map((name) => [`v${name}`, `version=${name}`]),
    ...CHANGE_KINDS.map((kind) => [kind, `kind=${kind}`]),
  ];
  return html`<nav aria-label="Filters">
    <a href="${CHANGELOG_PATH}">all</a>
    ${queries.map(([label = '', query = '']) => html`<a href="${CHANGELOG_PATH}?${query}">${label}</a> `)}
    <a href="${FEED_PATH}">Atom feed</a>
  </nav>`;
}

function daySection(day: string, changes: readonly Change[]): Html {
  return html`<section>
    <h2><time datetime="${day}">${day}</time></h2>
    ${changes.map(article)}
  </section>`;
}

function article({ id, kind, versions, title, detail, guide }: Change): Html {
  const mark = kind === 'security' ? html`<strong>security</strong>` : kind;
  return html`<article id="${id}">
    <h3>${title}</h3>
    <p>${mark}, ${versions.map((name) => `v${name}`).join(', ')}</p>
    <p>${detail}</p>
    ${guide === undefined ? '' : html`<p><a href="${GUIDES_PATH}/${guide}">Migration guide</a></p>`}
  </article>`;
}
