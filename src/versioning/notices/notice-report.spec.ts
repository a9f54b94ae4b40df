import { describe, expect, it } from 'vitest';
import { describeReport, emptyReport } from './notice-report.js';

const notice = {
  tenantId: 'ac\u001b[31mme',
  version: '1',
  stage: 'announcement',
  recipient: 'ops@acme.example',
} as const;

describe('the report of a run', () => {
  it('names tenants, stages and what is needed to recognise an address', () => {
    const text = describeReport({ ...emptyReport(), sent: [notice], refused: [{ notice, reason: 'no' }] });

    expect(text).toContain('/v1 announcement for ac?[31mme to o***@acme.example');
    expect(text).not.toContain('ops@acme.example');
  });

  it('shows what a mail server has said on one line, without what a terminal would obey', () => {
    const reason = '550-no\r\n550 \u001b[2JNotices sent: 1';

    const text = describeReport({ ...emptyReport(), refused: [{ notice, reason }] });

    expect(text).not.toContain('\u001b');
    expect(text).not.toContain('\r');
    expect(text.split('\n').filter((line) => line.startsWith('550'))).toEqual([]);
  });
});
