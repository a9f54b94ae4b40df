import { describe, expect, it } from 'vitest';
import { read, readJson, repositoryFiles } from './repository.js';
import { workflowFaults } from './workflow-rules.js';

const { scripts } = readJson('package.json') as { scripts: Record<string, string> };
const SCRIPTS = new Set(Object.keys(scripts));

const WORKFLOWS = repositoryFiles().filter((file) => /^\.github\/workflows\/[\w-]+\.ya?ml$/.test(file));

describe('the workflows', () => {
  it.each(WORKFLOWS)('[C.1] %s pins what it uses, may only read, and runs what exists', (file) => {
    expect(workflowFaults(read(file), SCRIPTS)).toEqual([]);
  });

  it('[C.1] run the checks, every test, static analysis and the scheduled reviews', () => {
    const text = WORKFLOWS.map(read).join('\n');

    for (const command of [
      'npm run check',
      '.ci/run',
      'npm run review:dependencies',
      'npm run licences',
      'npm run sbom',
    ]) {
      expect(text).toContain(`- run: ${command}\n`);
    }
    expect(text).toContain('uses: github/codeql-action/analyze@');
  });

  it('[C.1] are the only files in their folder', () => {
    expect(repositoryFiles().filter((file) => file.startsWith('.github/workflows/'))).toEqual(WORKFLOWS);
  });
});

const HASH = 'a'.repeat(40);

const GOOD = `
on: [push, pull_request]
permissions:
  contents: read
concurrency: one
jobs:
  check:
    runs-on: ubuntu-24.04
    timeout-minutes: 10
    permissions:
      contents: read
      security-events: write # for the list of findings
    steps:
      - uses: actions/checkout@${HASH} # v6.0.3
        with:
          persist-credentials: false
      - run: npm run check
        env:
          TITLE: \${{ github.event.pull_request.title }}
`;

describe('the checker of the workflows', () => {
  it('[C.1] has nothing against a careful one', () => {
    expect(workflowFaults(GOOD, SCRIPTS)).toEqual([]);
  });

  it.each([
    ['a tag', `@${HASH} # v6.0.3`, '@v6'],
    ['a branch', `@${HASH} # v6.0.3`, '@main'],
    ['a short hash', HASH, 'a'.repeat(7)],
    ['a hash that does not say its version', ' # v6.0.3', ''],
    ['a container of a tag', `actions/checkout@${HASH} # v6.0.3`, 'docker://alpine:3'],
    ['an action in quotes', `uses: actions/checkout@${HASH} # v6.0.3`, `"uses": 'actions/checkout@v6'`],
    ['a credential that stays', 'persist-credentials: false', 'persist-credentials: true'],
    ['a checkout that says nothing', 'persist-credentials: false', 'fetch-depth: 1'],
    ['rights for everything', 'permissions:\n  contents: read', 'permissions: write-all'],
    ['rights to write at the top', 'permissions:\n  contents: read', 'permissions:\n  contents: write'],
    ['rights that nobody has named', 'permissions:\n  contents: read\n', ''],
    ['a second right at the top', 'contents: read\nconc', 'contents: read\n  id-token: write\nconc'],
    ['a job that may write', '      contents: read', '      contents: write # to push'],
    ['a right without its reason', 'write # for the list of findings', 'write'],
    ['a job that may everything', /permissions:\n {6}contents: read\n.*\n/, 'permissions: write-all\n'],
    ['pull_request_target', '[push, pull_request]', '[push, pull_request_target]'],
    ['pull_request_target as the only event', '[push, pull_request]', 'pull_request_target'],
    [
      'pull_request_target with settings',
      '[push, pull_request]',
      '{ pull_request_target: { types: [opened] } }',
    ],
    ['a comment that starts it', '[push, pull_request]', 'issue_comment'],
    ['a script that does not exist', 'npm run check', 'npm run chekc'],
    ['words of a stranger in a script', 'npm run check', 'echo "${{ github.event.issue.title }}"'],
    ['the name of a branch in a script', 'npm run check', '|\n          echo ${{github.head_ref}}'],
    [
      'words of a stranger in the script of an action',
      'persist-credentials: false',
      'persist-credentials: false\n          script: log("${{ github.event.comment.body }}")',
    ],
    ['a download that is run', 'npm run check', 'curl -s https://example.com/x | sudo bash'],
    ['no time limit', '    timeout-minutes: 10\n', ''],
    ['no group', 'concurrency: one\n', ''],
    ['steps from elsewhere', '    runs-on: ubuntu-24.04', '    uses: a/b/.github/workflows/c.yml@main'],
  ])('[C.1] counter-proof: finds a planted fault: %s', (_, good, bad) => {
    const planted = GOOD.replace(good, () => bad);

    expect(planted).not.toBe(GOOD);
    expect(workflowFaults(planted, SCRIPTS)).toHaveLength(1);
  });

  it('[C.1] counter-proof: finds a workflow without jobs', () => {
    expect(workflowFaults('on: push', SCRIPTS)).toContain('it has no jobs');
  });
});
