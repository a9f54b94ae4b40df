import { describe, expect, it } from 'vitest';
import { ApiVersions } from '../../src/versioning/api-versions.js';
import type { Change } from '../../src/versioning/changelog/change.js';
import { CHANGES } from '../../src/versioning/changelog/changes.js';
import { GUIDES } from '../../src/versioning/changelog/guides/guides.js';
import { latestContract } from '../support/contract/latest-contract.js';
import { TestClock } from '../support/test-clock.js';
import { changelogMarkdown, guideMarkdown } from './changelog-documents.js';

/* The files are written from the source by `npm run docs:changelog`; here they are only compared. */

const WHAT_TO_DO = 'differs from src/versioning/changelog: change the source and run npm run docs:changelog';

const ANY_DAY = new Date('2026-01-01T00:00:00Z');
const versions = new ApiVersions({ v1DeprecatedOn: ANY_DAY, v1SunsetOn: ANY_DAY }, new TestClock());

describe('the documents about changes', () => {
  it('docs/CHANGELOG.md is what the source says', async () => {
    const text = await changelogMarkdown(CHANGES, versions.all);

    await expect(text, `docs/CHANGELOG.md ${WHAT_TO_DO}`).toMatchFileSnapshot('../../docs/CHANGELOG.md');
  });

  it.each(Object.entries(GUIDES))('docs/migrations/%s.md is what the source says', async (name, guide) => {
    const file = `docs/migrations/${name}.md`;

    await expect(await guideMarkdown(guide), `${file} ${WHAT_TO_DO}`).toMatchFileSnapshot(`../../${file}`);
  });

  it('name no day of a version’s end, which would be wrong for another operator', async () => {
    const text = await changelogMarkdown([], versions.all);

    expect(text).toContain('API_V1_SUNSET_ON');
    expect(text).not.toMatch(/\d{4}-\d{2}-\d{2}/);
  });
});

describe('the changes', () => {
  it('have ids of their own, by which feeds know them', () => {
    const ids = CHANGES.map(({ id }) => id);

    expect(ids.filter((id) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
    // Those of the entries that nobody writes.
    expect(ids.filter((id) => /^v\d+-(deprecated|removed)$/.test(id))).toEqual([]);
  });

  it('come on days that exist, the newest first', () => {
    const days = CHANGES.map(({ date }) => date);

    expect(days.filter((day) => new Date(day).toISOString().slice(0, 10) !== day)).toEqual([]);
    expect(days).toEqual(days.toSorted().toReversed());
  });

  it('are about every version that there is', () => {
    const known = new Set(CHANGES.flatMap((change) => change.versions));

    expect(versions.all.map(({ name }) => name).filter((name) => !known.has(name))).toEqual([]);
  });
});

describe('the latest contract of a version', () => {
  const change = (contract?: Change['contract']): Change => ({
    id: 'a',
    date: '2026-01-01',
    versions: ['1'],
    kind: 'changed',
    title: '',
    detail: '',
    ...(contract && { contract }),
  });

  it('is what its newest change with one says, whatever came after it', () => {
    const changes = [change(), change({ '2': 'c' }), change({ '1': 'b', '2': 'x' }), change({ '1': 'a' })];

    expect(latestContract('1', changes)).toBe('b');
    expect(latestContract('2', changes)).toBe('c');
    expect(latestContract('1', [change()])).toBeUndefined();
  });
});
