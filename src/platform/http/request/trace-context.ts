import { randomHex } from '../../crypto/random-hex.js';

/** Where a request stands in a distributed trace (W3C Trace Context). */
export interface TraceContext {
  /** The same for everything that one call of somebody causes, here and elsewhere: 32 hexadecimal digits. */
  readonly traceId: string;
  /** This request within the trace: 16 hexadecimal digits. */
  readonly spanId: string;
  /** The span of the caller; null when the trace begins here. */
  readonly parentId: string | null;
  /** The caller records the trace. */
  readonly isSampled: boolean;
}

/** Version 00 is as long as this; a later one may go on after another hyphen, and is read as far (§ 3.2.4). */
const TRACEPARENT =
  /^(?!ff)(?<version>[0-9a-f]{2})-(?!0{32})(?<traceId>[0-9a-f]{32})-(?!0{16})(?<parentId>[0-9a-f]{16})-(?<flags>[0-9a-f]{2})(?<more>-.*)?$/;

/** The caller's trace when its `traceparent` is well formed, otherwise a new one. */
export function traceContextOf(traceparent: string | undefined): TraceContext {
  const groups = traceparent === undefined ? undefined : TRACEPARENT.exec(traceparent)?.groups;
  const spanId = randomHex(8);
  if (!groups || (groups['version'] === '00' && groups['more'] !== undefined)) {
    return { traceId: randomHex(16), spanId, parentId: null, isSampled: false };
  }
  const { traceId = '', parentId = '', flags = '' } = groups;
  return { traceId, spanId, parentId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

/** What the caller gets back, to find its call again (W3C Trace Context Level 2, `traceresponse`). */
export function traceResponse({ traceId, spanId, isSampled }: TraceContext): string {
  return `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`;
}
