import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Change } from '../../src/versioning/changelog/change.js';
import { Changelog } from '../../src/versioning/changelog/changelog.js';
import { BROWSER, ChangelogReader } from '../support/changelog-reader.js';
import { sendRaw } from '../support/raw-http.js';
import { replace } from '../support/removals/removal.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { childrenOf, textOf } from '../support/xml-elements.js';

/*
 * The attack: a document that caches keep for everybody. A header plants something in it, a text breaks out
 * of its element, or one reader gets what was made for another.
 */

const PATHS = ['/changelog', '/changelog.atom', '/changelog/guides/v1-to-v2'];

let app: TestApp;
let reader: ChangelogReader;

beforeAll(async () => {
  app = await createTestApp();
  reader = new ChangelogReader(app);
});
afterAll(() => app.stop());

/** With something to hide in every field that is text. */
const HOSTILE: Change = {
  id: 'hostile',
  date: '2026-01-01',
  versions: ['2'],
  kind: 'security',
  title: `</title><script>alert(1)</script> & "it's"`,
  detail: ']]></content></entry><entry> <img src=x onerror=alert(1)>',
};

describe('the form of an answer', () => {
  it.each([
    [BROWSER, 'text/html; charset=utf-8'],
    ['application/json;q=0.5, text/html;q=0.6', 'text/html; charset=utf-8'],
    ['text/html;q=0.5, application/json;q=0.6', 'application/json; charset=utf-8'],
    ['application/xml', 'application/json; charset=utf-8'],
    ['text/html;q=0, */*', 'application/json; charset=utf-8'],
    ['text/html;q=2', 'application/json; charset=utf-8'],
    [`${'text/html;q=0.1,'.repeat(500)}<script>`, 'text/html; charset=utf-8'],
    [';;;,,,=q;/', 'application/json; charset=utf-8'],
  ])('[P5.3] is chosen by Accept, whatever that says: %s', async (accept, type) => {
    const { status, headers } = await reader.ask('/changelog', { accept });

    expect([status, headers.get('content-type')]).toEqual([200, type]);
  });

  it('[P5.3] is not mixed up by caches, nor is what pages of other origins may read', async () => {
    const page = await reader.ask('/changelog', { accept: BROWSER, origin: 'https://reader.example' });
    const data = await reader.ask('/changelog');

    for (const { headers } of [page, data]) {
      expect(headers.get('vary')).toBe('Accept, Origin');
    }
    expect(page.headers.get('access-control-allow-origin')).toBe('*');
    expect(page.headers.get('etag')).not.toBe(data.headers.get('etag'));
  });

  it.each(PATHS)('[P5.3] is not sent again to whoever has it: %s', async (path) => {
    const first = await reader.ask(path);
    const tag = first.headers.get('etag') ?? '';

    const again = await reader.ask(path, { 'if-none-match': `"other", W/${tag}` });

    expect(again.status).toBe(304);
    expect(await again.text()).toBe('');
    expect(again.headers.get('etag')).toBe(tag);
    expect(again.headers.get('cache-control')).toBe('private, max-age=300');
  });

  it('[P5.3] as a page loads nothing, under the strictest policy, which is enforced', async () => {
    const { headers } = await reader.ask('/changelog', { accept: BROWSER });
    const text = await reader.page();

    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'",
    );
    expect(text).not.toMatch(/<script|<style|<img|<form|\sstyle=|\son\w+=|rel="stylesheet"/);
  });
});

describe('the feed', () => {
  it('[P5.3] is a valid Atom feed: ids for ever, moments, an author, and links to itself and the page', async () => {
    const { headers } = await reader.ask('/changelog.atom');
    const atom = await reader.feed();
    const entries = childrenOf(atom, 'entry');
    const ids = [atom, ...entries].map((element) => textOf(element, 'id') ?? '');

    expect(headers.get('content-type')).toBe('application/atom+xml; charset=utf-8');
    expect([atom.name, atom.attributes['xmlns']]).toEqual(['feed', 'http://www.w3.org/2005/Atom']);
    expect(childrenOf(atom, 'author')[0]?.children[0]?.text).toBe('Secure API Reference');
    expect(childrenOf(atom, 'link').map(({ attributes }) => [attributes['rel'], attributes['href']])).toEqual(
      [
        ['self', '/changelog.atom'],
        ['alternate', '/changelog'],
      ],
    );
    expect(ids.filter((id) => !/^tag:[a-z0-9.-]+,2026:changelog(\/[a-z0-9-]+)?$/.test(id))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
    for (const element of [atom, ...entries]) {
      expect(textOf(element, 'updated')).toMatch(/^\d{4}-\d\d-\d\dT00:00:00Z$/);
      expect(textOf(element, 'title')).toBeTruthy();
    }
  });

  it('[P5.3] links each entry to its place on the page, and to its guide', async () => {
    const page = await reader.page();
    const links = (await reader.entries()).flatMap((entry) => childrenOf(entry, 'link'));
    const [places, guides] = ['alternate', 'related'].map((rel) =>
      links
        .filter(({ attributes }) => attributes['rel'] === rel)
        .map(({ attributes }) => attributes['href'] ?? ''),
    );

    expect(
      places?.filter((href) => !page.includes(`<article id="${href.replace('/changelog#', '')}">`)),
    ).toEqual([]);
    expect(new Set(guides)).toEqual(new Set(['/changelog/guides/v1-to-v2']));
  });
});

describe('somebody who would plant something', () => {
  const HEADERS = ['Host', 'X-Forwarded-Host', 'X-Forwarded-Proto', 'Forwarded', 'X-Original-URL', 'Referer'];

  it.each(PATHS)('[P5.3] cannot by a host name, which no link holds: %s', async (path) => {
    const honest = await reader.text(path);
    for (const name of HEADERS) {
      const host = name === 'Host' ? '' : 'Host: api.example\r\n';
      const answer = await sendRaw(
        app.url,
        `GET ${path} HTTP/1.1\r\n${host}${name}: evil.example\r\nConnection: close\r\n\r\n`,
      );

      expect(answer, name).toContain('HTTP/1.1 200');
      expect(answer, name).not.toContain('evil');
      expect(answer.split('\r\n\r\n')[1], name).toBe(honest);
    }
  });

  it('[P5.3] cannot by a text: it is escaped as HTML, as XML and as JSON', async () => {
    const removal = { override: replace(Changelog, { find: () => [HOSTILE] }) };
    const planted = await createTestApp({ besides: app, removal });
    const victim = new ChangelogReader(planted);

    const page = await victim.page();
    const [entry] = await victim.entries();
    const [data] = await victim.changes();

    expect(page).not.toMatch(/<script|<img/);
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;it&#39;s&quot;');
    expect(entry && [textOf(entry, 'title'), textOf(entry, 'content')]).toEqual([
      HOSTILE.title,
      HOSTILE.detail,
    ]);
    expect(data).toEqual(HOSTILE);
    await planted.stop();
  });

  it('[P5.3] cannot by a credential: nothing of it changes the answer, not even a bad one', async () => {
    const honest = await reader.text('/changelog');

    const answers = await Promise.all([
      reader.ask('/changelog', { authorization: `Bearer ${await app.issuer.token()}` }),
      reader.ask('/changelog', { authorization: 'Bearer x', 'x-api-key': 'x', cookie: '__Host-session=x' }),
    ]);

    for (const answer of answers) {
      expect(answer.headers.get('set-cookie')).toBeNull();
      expect(await answer.text()).toBe(honest);
    }
  });
});
