import { describe, expect, it } from 'vitest';
import { traceContextOf, traceResponse } from './trace-context.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';

describe('a trace', () => {
  it.each([
    [`00-${TRACE}-${PARENT}-01`, true],
    [`00-${TRACE}-${PARENT}-00`, false],
    [`00-${TRACE}-${PARENT}-ff`, true],
    [`cc-${TRACE}-${PARENT}-01-what-the-future-will-bring`, true],
  ])('is gone on with: %s', (traceparent, isSampled) => {
    expect(traceContextOf(traceparent)).toMatchObject({ traceId: TRACE, parentId: PARENT, isSampled });
  });

  it.each([
    undefined,
    '',
    `ff-${TRACE}-${PARENT}-01`,
    `00-${TRACE}-${PARENT}-01-more`,
    `00-${TRACE.toUpperCase()}-${PARENT}-01`,
    `00-${'0'.repeat(32)}-${PARENT}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE}-${PARENT}`,
    ` 00-${TRACE}-${PARENT}-01`,
    `00-${TRACE}-${PARENT}-01\n`,
  ])('begins here when the caller says %j', (traceparent) => {
    const trace = traceContextOf(traceparent);

    expect(trace).toMatchObject({ parentId: null, isSampled: false });
    expect(trace.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(trace.traceId).not.toBe(TRACE);
  });

  it('has ids that may begin with zeros', () => {
    const traceId = `00${TRACE.slice(2)}`;

    expect(traceContextOf(`00-${traceId}-${PARENT}-01`)).toMatchObject({ traceId, parentId: PARENT });
  });

  it('is told to the caller with the span that was its own', () => {
    const trace = traceContextOf(`00-${TRACE}-${PARENT}-01`);

    expect(traceResponse(trace)).toBe(`00-${TRACE}-${trace.spanId}-01`);
    expect(traceResponse({ ...trace, isSampled: false })).toBe(`00-${TRACE}-${trace.spanId}-00`);
    expect(trace.spanId).not.toBe(PARENT);
  });
});
