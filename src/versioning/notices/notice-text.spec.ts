import { describe, expect, it } from 'vitest';
import type { RecentCalls } from './deprecated-callers.js';
import { noticeText, noticeTitle, type NoticeSubject } from './notice-text.js';

const aCall = (changes: Partial<RecentCalls> = {}): RecentCalls => ({
  tenantId: 'acme',
  method: 'GET',
  route: '/v1/customers',
  keyId: '',
  clientId: 'shop',
  subject: 'user-1',
  count: 12,
  lastSeenAt: new Date('2026-12-24T12:00:00Z'),
  ...changes,
});
const about = (...calls: RecentCalls[]): NoticeSubject => ({
  version: '1',
  deprecation: {
    announcedAt: new Date('2026-03-01T00:00:00Z'),
    sunsetAt: new Date('2027-06-30T00:00:00Z'),
    successor: '2',
    guide: 'v1-to-v2',
  },
  tenantId: 'acme',
  calls,
  callDays: 30,
  publicOrigin: 'https://api.example.com',
  guideUrl: 'https://api.example.com/changelog/guides/v1-to-v2',
});

describe('a notice', () => {
  it('says what ends, when, what to call instead, where the guide is, and how it stops', () => {
    const text = noticeText(about(aCall()));

    expect(noticeTitle(about(aCall()))).toBe('/v1 of api.example.com ends on 2027-06-30');
    expect(text).toContain('Version 1 of the API at https://api.example.com ends on 2027-06-30 (UTC).');
    expect(text).toContain('Call /v2 instead.');
    expect(text).toContain('\nhttps://api.example.com/changelog/guides/v1-to-v2\n');
    expect(text).toContain('once none of\nthem has called /v1 for 30 days, nothing more is sent');
  });

  it('lists the callers with their routes, how often, and when for the last time', () => {
    const calls = [
      aCall(),
      aCall({ method: 'POST', count: 1, lastSeenAt: new Date('2026-12-01T00:00:00Z') }),
      aCall({ keyId: '0123456789abcdefghijAB', clientId: '' }),
      aCall({ clientId: '', subject: '' }),
    ];

    expect(noticeText(about(...calls))).toContain(
      [
        '',
        '  client shop, subject user-1',
        '    GET /v1/customers: 12 times, last on 2026-12-24',
        '    POST /v1/customers: once, last on 2026-12-01',
        '',
        '  API key 0123456789abcdefghijAB, subject user-1',
        '    GET /v1/customers: 12 times, last on 2026-12-24',
        '',
        '  an unnamed caller',
        '    GET /v1/customers: 12 times, last on 2026-12-24',
        '',
      ].join('\n'),
    );
  });

  it('lists a hundred calls and counts the others', () => {
    const text = noticeText(
      about(...Array.from({ length: 130 }, (_, index) => aCall({ subject: `u${index}` }))),
    );

    expect(text.match(/12 times/g)).toHaveLength(100);
    expect(text).toContain('\n  and 30 more\n');
  });

  it.each([
    'user\r\nBcc: eve@example.com',
    'user\n\nYou owe us money',
    'a\u2028b',
    'a\u202eb',
    'a\u0000b',
    'a\ud800b',
  ])('gives no caller a line of its own: %j', (subject) => {
    const honest = noticeText(about(aCall())).split('\n').length;
    const text = noticeText({
      ...about(aCall({ subject, clientId: subject, route: subject })),
      tenantId: subject,
    });

    expect(text.split(/[\n\r\u2028]/)).toHaveLength(honest);
    expect(text).not.toMatch(/[^\P{C}\n]/u);
    expect(noticeTitle({ ...about(aCall({ subject })), tenantId: subject })).toBe(noticeTitle(about()));
  });
});
