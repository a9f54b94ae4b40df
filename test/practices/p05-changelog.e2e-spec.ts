import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VERSION_NAMES } from '../../src/versioning/api-versions.js';
import { CHANGE_KINDS, type Change } from '../../src/versioning/changelog/change.js';
import { CHANGES } from '../../src/versioning/changelog/changes.js';
import { ChangelogReader } from '../support/changelog-reader.js';
import type { Removal } from '../support/removals/removal.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { TestClock } from '../support/test-clock.js';
import { without } from '../support/without.js';
import { childrenOf, textOf } from '../support/xml-elements.js';

/*
 * The attack: silence. A change that nobody was told of breaks clients, and a weakness that was mended in
 * silence stays open in theirs.
 */

const ANNOUNCED = '2026-03-01';
/** Later than any change that is told of by hand, whenever that will be. */
const SUNSET = '2097-06-30';
const DATES = { API_V1_DEPRECATED_ON: ANNOUNCED, API_V1_SUNSET_ON: SUNSET };
const BEFORE = '2026-02-28T23:59:59Z';

let app: TestApp;
let reader: ChangelogReader;

beforeAll(async () => {
  app = await createTestApp({ environment: DATES, clock: new TestClock(BEFORE) });
  reader = new ChangelogReader(app);
});
afterAll(() => app.stop());

describe('the changelog', () => {
  it('[P5.3] is open to everybody: every change of every version, the newest first', async () => {
    const all = await reader.changes();

    expect(all.map(({ id }) => id)).toEqual(CHANGES.map(({ id }) => id));
    expect(all.find(({ id }) => id === 'v2')).toEqual({
      id: 'v2',
      date: '2026-11-24',
      versions: ['2'],
      kind: 'added',
      title: 'Version 2',
      detail: expect.stringContaining('givenName'),
      guide: '/changelog/guides/v1-to-v2',
    });
  });

  it('[P5.3] marks what concerns security, in every form', async () => {
    const marked = CHANGES.filter(({ kind }) => kind === 'security').length;

    const data = (await reader.changes()).filter(({ kind }) => kind === 'security');
    const page = await reader.page();
    const entries = (await reader.entries()).filter((entry) =>
      childrenOf(entry, 'category').some(({ attributes }) => attributes['term'] === 'security'),
    );

    expect(marked).toBeGreaterThan(3);
    expect(data).toHaveLength(marked);
    expect(page.match(/<strong>security<\/strong>/g)).toHaveLength(marked);
    expect(entries).toHaveLength(marked);
  });

  it('[P5.3] is narrowed to a version, a kind, or both', async () => {
    for (const version of VERSION_NAMES) {
      const found = await reader.changes(`?version=${version}`);

      expect(found.length).toBeGreaterThan(0);
      expect(found.filter(({ versions }) => !versions.includes(version))).toEqual([]);
    }
    for (const kind of CHANGE_KINDS) {
      expect((await reader.changes(`?kind=${kind}`)).filter((change) => change.kind !== kind)).toEqual([]);
    }
    const both = await reader.changes('?version=1&kind=security');
    expect(both.map(({ kind, versions }) => [kind, versions[0]])).toEqual(both.map(() => ['security', '1']));
  });

  it.each([
    '?version=3',
    '?version=v1',
    '?version=',
    '?version=1&version=2',
    '?kind=Security',
    '?kind=__proto__',
    '?kind[]=added',
    '?since=2026-01-01',
    '?__proto__=1',
    '?kind=%3Cscript%3E',
  ])('[P5.3] refuses a filter that it does not know: %s', async (query) => {
    const { status, headers, body } = await app.api.get(`/changelog${query}`);

    expect(status).toBe(400);
    expect(body.code).toBe('validation.failed');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(JSON.stringify(body)).not.toContain('<script>');
  });
});

describe('the end of a version', () => {
  const about = (found: readonly Change[]) =>
    found.filter(({ id }) => /^v1-(deprecated|removed)$/.test(id)).map(({ id, date }) => `${id} ${date}`);

  /** Runs `work` with an application whose time begins at a moment and goes on only. */
  async function from(
    moment: string,
    work: (late: ChangelogReader, lateApp: TestApp) => Promise<void>,
    removal?: Removal,
  ): Promise<void> {
    const clock = new TestClock(moment);
    const late = await createTestApp({
      besides: app,
      environment: DATES,
      clock,
      ...(removal && { removal }),
    });
    try {
      await work(new ChangelogReader(late), late);
    } finally {
      await late.stop();
    }
  }

  it('[P5.3] stands there from its announcement on, and once more when it has come, by the clock alone', async () => {
    const announced = `v1-deprecated ${ANNOUNCED}`;

    await from(BEFORE, async (late, { clock }) => {
      expect(about(await late.changes('?version=1'))).toEqual([]);
      clock.moveTo(`${ANNOUNCED}T00:00:00Z`);
      expect(about(await late.changes('?version=1'))).toEqual([announced]);
      expect(about(await late.changes('?version=2'))).toEqual([]);
      clock.moveTo('2097-06-29T23:59:59Z');
      expect(about(await late.changes('?version=1'))).toEqual([announced]);
      clock.moveTo(`${SUNSET}T00:00:00Z`);
      expect(about(await late.changes('?version=1'))).toEqual([`v1-removed ${SUNSET}`, announced]);
    });
  });

  it('[P5.3] is told with day, guide and successor, in the order of days, on the page and in the feed as well', async () => {
    await from(`${SUNSET}T00:00:00Z`, async (late) => {
      const all = await late.changes();
      const page = await late.page();
      const feed = await late.feed();

      expect(all[0]).toMatchObject({
        kind: 'removed',
        title: 'v1 has ended',
        guide: '/changelog/guides/v1-to-v2',
      });
      expect(all.at(-1)).toMatchObject({ kind: 'deprecated', title: `v1 ends on ${SUNSET}` });
      expect(all.at(-1)?.detail).toContain('Move to v2');
      expect(page).toContain('<article id="v1-removed">');
      expect(textOf(feed, 'updated')).toBe(`${SUNSET}T00:00:00Z`);
      expect(childrenOf(feed, 'entry').map((entry) => textOf(entry, 'title'))).toContain(
        `v1 ends on ${SUNSET}`,
      );
    });
  });

  it('[P5.3] is not read late by more than five minutes: a cache asks again, and gets the new text', async () => {
    await from(BEFORE, async (late, { clock }) => {
      const before = await late.ask('/changelog');
      clock.moveTo(`${ANNOUNCED}T00:00:00Z`);
      const after = await late.ask('/changelog', { 'if-none-match': before.headers.get('etag') ?? '' });

      expect(before.headers.get('cache-control')).toBe('private, max-age=300');
      expect(after.status).toBe(200);
      expect(after.headers.get('etag')).not.toBe(before.headers.get('etag'));
    });
  });

  it('[P5.3] counter-proof: without the entries that follow from the registry, nobody reads of it, ever', async () => {
    const attack = async (late: ChangelogReader, { api }: TestApp): Promise<void> => {
      const found = about(await late.changes());
      const gone = await api.get('/v1/customers');

      expect(found).toEqual([]);
      expect(gone.status).toBe(410);
    };

    await from(`${SUNSET}T00:00:00Z`, attack, without('entries about ends'));
  });
});
