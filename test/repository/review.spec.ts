import { describe, expect, it } from 'vitest';
import { CHECKPOINTS } from './practices.js';
import { read } from './repository.js';

/** What a reviewer must be asked about, as words that begin an item of the checklist. */
const TOPICS = [
  'Authorization',
  'Input',
  'Queries',
  'Logs and events',
  'Errors',
  'Limits',
  'Migrations',
  'Dependencies',
  'A test with its checkpoint, and a counter-proof',
  'Documents',
];

/** What somebody wants to add, and is told how. */
const ADDITIONS = [
  'route',
  'setting',
  'static rule',
  'detection rule',
  'migration',
  'dependency',
  'practice',
];

/** Where a report goes until a team has put its own address there. */
const PLACEHOLDER = 'security@example.com';

interface Item {
  readonly topic: string;
  readonly checkpoints: readonly string[];
}

function itemsOf(template: string): Item[] {
  return [...template.matchAll(/^- \[ \] \*\*(?<topic>[^*]+)\*\*(?<rest>.*(?:\n {2,}.*)*)/gm)].map(
    ({ groups }) => ({
      topic: groups?.['topic'] ?? '',
      checkpoints: groups?.['rest']?.match(/\b(?:P\d+|C)\.\d+\b/g) ?? [],
    }),
  );
}

function checklistFaults(template: string): string[] {
  const items = itemsOf(template);
  return [
    ...TOPICS.filter((topic) => !items.some((item) => item.topic === topic)).map(
      (topic) => `nobody is asked about ${topic}`,
    ),
    ...items
      .filter(({ checkpoints }) => checkpoints.length === 0)
      .map(({ topic }) => `${topic} points to no checkpoint`),
    ...items.flatMap(({ topic, checkpoints }) =>
      checkpoints
        .filter((id) => !CHECKPOINTS.has(id))
        .map((id) => `${topic} points to ${id}, which there is not`),
    ),
    ...(/^- \[x\]/im.test(template) ? ['an item is ticked before anybody has looked'] : []),
  ];
}

const TEMPLATE = read('.github/pull_request_template.md');

describe('the checklist of a pull request', () => {
  it('[C.2] asks about what makes a change dangerous, and points to the checkpoints', () => {
    expect(checklistFaults(TEMPLATE)).toEqual([]);
  });

  it.each([
    ['a topic that is gone', /^- \[ \] \*\*Limits.*\n/m, ''],
    ['a topic that points nowhere', '(P8.2)', '(practice 8)'],
    ['a checkpoint that there is not', '(P10.3)', '(P10.9)'],
    ['an item that is ticked already', '- [ ] **Errors', '- [x] **Errors'],
  ])('[C.2] counter-proof: a checklist with a planted fault is found: %s', (what, good, bad) => {
    const text = what === 'a topic that points nowhere' ? TEMPLATE.replace('(P8.1)', '') : TEMPLATE;
    const planted = text.replace(good, () => bad);

    expect(planted).not.toBe(text);
    expect(checklistFaults(planted)).not.toEqual([]);
  });
});

describe('the words for contributors and finders', () => {
  it('[C.2] say how each kind of thing is added', () => {
    const text = read('CONTRIBUTING.md');

    expect(ADDITIONS.filter((what) => !text.includes(`**A ${what}.**`))).toEqual([]);
    expect(text).toContain('counter-proof');
    expect(text).toContain('docs/threat-model.md');
  });

  it('[C.2] say where to report, what happens then, what is in scope, and what a finder may rely on', () => {
    const text = read('SECURITY.md');
    const headings = [...text.matchAll(/^## (.+)$/gm)].map((match) => match[1]);

    expect(headings).toEqual([
      'Report a vulnerability',
      'What happens then',
      'Versions',
      'Scope',
      'Safe harbour',
    ]);
    // A copy that has an address of its own needs no warning; one that has none must not look as if it had.
    expect(text.includes(PLACEHOLDER)).toBe(/address is a placeholder/.test(text));
  });
});
