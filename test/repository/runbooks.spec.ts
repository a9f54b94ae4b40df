import { globSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DETECTION_RULES } from '../../src/monitoring/detection/detection-rules.js';
import { commandsIn, responseCommands, runbook, runbookNames } from '../support/runbooks.js';
import { read } from './repository.js';

/** What can raise an alarm, here or in Prometheus. */
const ALERT_RULES = [
  'audit-chain-broken',
  'audit-events-lost',
  'audit-sealing-behind',
  'certificate-expiry',
  'client-error-jump',
  'credential-stuffing',
  'dead-key-use',
  'failed-authentication-account',
  'failed-authentication-address',
  'key-spike',
  'new-country',
  'new-network',
  'object-probing',
  'server-error-jump',
  'token-reuse',
  'validation-scan',
];

const HEADINGS = ['What fires it', 'Is it real?', 'Contain', 'Recover', 'False alarms', 'Afterwards'];
const MAX_LINES = 60;

const headingsOf = (text: string): string[] =>
  [...text.matchAll(/^## (.+)$/gm)].map((match) => match[1] ?? '');

describe('the runbooks', () => {
  it('are one for each alert rule', () => {
    expect(runbookNames()).toEqual(ALERT_RULES);
  });

  it('are one for each rule that the application or Prometheus can raise', () => {
    const rules = DETECTION_RULES.map(({ id }) => id);
    const linked = globSync('deploy/prometheus/rules/*.yml').flatMap((file) =>
      [...read(file).matchAll(/docs\/runbooks\/([a-z-]+)\.md/g)].map((match) => match[1] ?? ''),
    );

    expect(linked.length).toBeGreaterThan(5);
    expect([...rules, ...linked].filter((rule) => !ALERT_RULES.includes(rule))).toEqual([]);
  });

  it.each(ALERT_RULES)('%s says what everybody asks, on one page, and is in the plan', (name) => {
    const text = runbook(name);

    expect(headingsOf(text)).toEqual(HEADINGS);
    expect(text).toContain(`Alert \`${name}\`.`);
    expect(text.split('\n').length).toBeLessThanOrEqual(MAX_LINES);
    expect(read('docs/incident-response.md')).toContain(`(runbooks/${name}.md)`);
  });

  it('tell to type scripts of this repository alone', () => {
    expect(responseCommands().filter((command) => !/^npm run [a-z:-]+ -- [\w :.-]+$/.test(command))).toEqual(
      [],
    );
  });
});

describe('the reader of commands', () => {
  it('finds each line of a shell block, and nothing elsewhere', () => {
    expect(commandsIn('`npm a`\n\n```sh\nnpm run b\n\nnpm run c\n```\n\n```json\n{}\n```\n')).toEqual([
      'npm run b',
      'npm run c',
    ]);
  });
});
