import { describe, expect, it } from 'vitest';
import {
  untenableAcceptances,
  openVulnerabilities,
  parseAcceptedAdvisories,
  type AcceptedAdvisory,
  type Vulnerabilities,
} from './accepted-advisories.js';

const TODAY = '2027-03-01';
const ONE = 'GHSA-2222-3333-4444';
const OTHER = 'GHSA-5555-6666-7777';

const accept = (id: string, until = TODAY): AcceptedAdvisory => ({
  id,
  reason: 'Only its parser of XML, which nothing here calls.',
  until,
});
const advisory = (id: string) => ({ title: 'A hole', url: `https://github.com/advisories/${id}` });
const openNames = (vulnerabilities: Vulnerabilities, ...accepted: AcceptedAdvisory[]): string[] =>
  openVulnerabilities(vulnerabilities, accepted, TODAY).map(([name]) => name);

describe('accepted advisories', () => {
  const hole = { parser: { severity: 'high', via: [advisory(ONE)] } };

  it('[C.1] are no finding until their day is over', () => {
    expect(openNames(hole, accept(ONE))).toEqual([]);
    expect(untenableAcceptances([accept(ONE)], TODAY)).toEqual([]);
  });

  it('[C.1] counter-proof: a planted advisory that nobody has accepted is found', () => {
    expect(openNames(hole)).toEqual(['parser']);
    expect(openNames(hole, accept(OTHER))).toEqual(['parser']);
  });

  it('[C.1] counter-proof: an acceptance that has ended is found, and excuses nothing', () => {
    const ended = accept(ONE, '2027-02-28');

    expect(openNames(hole, ended)).toEqual(['parser']);
    expect(untenableAcceptances([ended], TODAY)).toEqual([
      {
        rule: 'acceptance-expired',
        what: ONE,
        detail: 'accepted until 2027-02-28: Only its parser of XML, which nothing here calls.',
      },
    ]);
  });

  it('[C.1] counter-proof: an acceptance that nobody would have to look at again for long is found', () => {
    expect(untenableAcceptances([accept(ONE, '2027-05-30')], TODAY)).toEqual([]);
    expect(untenableAcceptances([accept(ONE, '2027-05-31')], TODAY)).toEqual([
      expect.objectContaining({ rule: 'acceptance-too-long', what: ONE }),
    ]);
  });

  it('[C.1] excuse no second advisory about the same package', () => {
    expect(
      openNames({ parser: { severity: 'high', via: [advisory(ONE), advisory(OTHER)] } }, accept(ONE)),
    ).toEqual(['parser']);
  });

  it('[C.1] excuse whoever is affected through the package, and nobody else', () => {
    const chain = {
      server: { severity: 'high', via: ['reader'] },
      reader: { severity: 'high', via: ['parser', 'server'] },
      ...hole,
      elsewhere: { severity: 'low', via: ['unknown'] },
      silent: { severity: 'low', via: [] },
    };

    expect(openNames(chain, accept(ONE))).toEqual(['elsewhere', 'silent']);
    expect(openNames(chain)).toEqual(['server', 'reader', 'parser', 'elsewhere', 'silent']);
  });
});

describe('the list of accepted advisories', () => {
  it('[C.1] is read as it is meant', () => {
    expect(parseAcceptedAdvisories('[]')).toEqual([]);
    expect(parseAcceptedAdvisories(JSON.stringify([accept(ONE)]))).toEqual([accept(ONE)]);
  });

  it.each([
    ['no list', {}],
    ['no reason', [{ ...accept(ONE), reason: '' }]],
    ['a reason that says nothing', [{ ...accept(ONE), reason: 'not relevant' }]],
    ['no end', [{ ...accept(ONE), until: undefined }]],
    ['an end that is no day', [{ ...accept(ONE), until: 'never' }]],
    ['another kind of id', [{ ...accept(ONE), id: 'CVE-2027-1' }]],
    ['an id and more', [{ ...accept(ONE), id: `${ONE}-5555` }]],
    ['something before the id', [{ ...accept(ONE), id: `x${ONE}` }]],
    ['a reason of blanks', [{ ...accept(ONE), reason: ' '.repeat(40) }]],
    ['a member that nobody knows', [{ ...accept(ONE), severity: 'low' }]],
  ])('[C.1] is refused with %s', (_, list) => {
    expect(() => parseAcceptedAdvisories(JSON.stringify(list))).toThrow('the list of accepted advisories');
  });
});
