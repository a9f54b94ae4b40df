import { html as xml, type Html } from '../../../platform/html/html.js';
import { GUIDES_PATH } from '../../deprecated-routes.js';
import type { Change } from '../change.js';
import { CHANGELOG_PATH, FEED_PATH } from './changelog-paths.js';
import type { PublicDocument } from '../../../platform/html/public-document.js';

/** Stays as it is for ever (RFC 4287 §4.2.6), whatever the host is called one day: readers would see everything as new. */
const FEED_ID = 'tag:secure-api.example,2026:changelog';

/**
 * The changes as an Atom feed (RFC 4287). Its links are relative to where it was fetched. To make them
 * absolute would take a host name, and the only one that a request has is what its sender wrote there:
 * kept by a cache, it would lead all subscribers to that place.
 */
export function changelogFeed(changes: readonly Change[]): PublicDocument {
  const { text } = xml`<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:base="/" xml:lang="en">
  <id>${FEED_ID}</id>
  <title>Changes of the API</title>
  <updated>${momentOf(changes[0]?.date ?? '')}</updated>
  <author><name>Secure API Reference</name></author>
  <link rel="self" type="application/atom+xml" href="${FEED_PATH}"/>
  <link rel="alternate" type="text/html" href="${CHANGELOG_PATH}"/>${changes.map(entry)}
</feed>
`;
  return { contentType: 'application/atom+xml; charset=utf-8', text };
}

function entry({ id, date, kind, versions, title, detail, guide }: Change): Html {
  const related =
    guide &&
    xml`
    <link rel="related" type="text/html" title="Migration guide" href="${GUIDES_PATH}/${guide}"/>`;
  return xml`
  <entry>
    <id>${FEED_ID}/${id}</id>
    <title>${title}</title>
    <updated>${momentOf(date)}</updated>
    <link rel="alternate" type="text/html" href="${CHANGELOG_PATH}#${id}"/>${related ?? ''}
    <category term="${kind}"/>${versions.map((name) => xml`<category term="v${name}"/>`)}
    <content type="text">${detail}</content>
  </entry>`;
}

function momentOf(day: string): string {
  return `${day}T00:00:00Z`;
}
