import { describe, expect, it } from 'vitest';
import { violationsIn } from './report-formats.js';

const legacy = (report: object): unknown => violationsIn({ 'csp-report': report });

describe('the violations of a report', () => {
  it.each([
    ['https://evil.example/x.js?q=1', 'https://evil.example'],
    ['https://evil.example:8443/x', 'https://evil.example:8443'],
    ['wss://evil.example', 'wss://evil.example'],
    ['https://user:secret@evil.example/', 'https://evil.example'],
    ['data:text/html,secret', 'data'],
    ['blob:https://a.example/1', 'blob'],
    ['inline', 'inline'],
    ['', 'unknown'],
  ])('keep the origin or the kind of what was blocked: %s', (blocked, kept) => {
    expect(legacy({ 'blocked-uri': blocked })).toMatchObject({ violations: [{ blocked: kept }] });
  });

  it('keep the path of the page, and the name of the directive', () => {
    const report = {
      'document-uri': 'https://api.example/docs?token=x#y',
      'violated-directive': "img-src 'self' https:",
    };

    expect(legacy(report)).toMatchObject({ violations: [{ page: '/docs', directive: 'img-src' }] });
  });

  it('hold nothing but the four members, whatever else was sent', () => {
    const [violation = {}] = (legacy({ 'script-sample': 'x', extra: 1 }) as { violations: object[] })
      .violations;

    expect(Object.keys(violation).toSorted()).toEqual(['blocked', 'directive', 'disposition', 'page']);
  });

  it.each([null, 'x', 7, true, {}, { 'csp-report': undefined }])('are missing in %j', (report) => {
    expect(violationsIn(report)).toEqual({ violations: undefined });
  });

  it.each([[[]], [[null, 'x', 7, {}]], [[{ type: 'deprecation', body: {} }]]])('are none in %j', (report) => {
    expect(violationsIn(report)).toEqual({ violations: [] });
  });

  it('survive a report without a body, and say nothing in its place', () => {
    expect(violationsIn([{ type: 'csp-violation' }])).toEqual({ violations: [] });
    expect(violationsIn({ 'csp-report': null })).toEqual({
      violations: [{ directive: undefined, disposition: 'report', blocked: undefined, page: undefined }],
    });
  });
});
