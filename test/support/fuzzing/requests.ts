import fc from 'fast-check';
import { defectsOf } from './defects.js';
import { draftOf, KNOWN_VALUE, type Draft, type Pair } from './drafts.js';
import type { FuzzedOperation } from './operations.js';

const IDENTITIES = ['nobody', 'person', 'administrator', 'program', 'browser'] as const;
export type Identity = (typeof IDENTITIES)[number];

/** A request as it is sent, but for the credential and the name of what is there. */
export interface FuzzRequest {
  readonly operation: FuzzedOperation;
  readonly identity: Identity;
  readonly method: string;
  readonly target: string;
  readonly headers: readonly Pair[];
  readonly body: { readonly text: string; readonly encoding: 'utf8' | 'latin1' } | undefined;
}

const DEFECTS_AT_MOST = 3;
/** More can be wrong with a body than with an address. */
const BODY_WEIGHT = 3;

/** Requests to all these operations, those with bodies more often; they shrink to fewer defects. */
export function requestsTo(operations: readonly FuzzedOperation[]): fc.Arbitrary<FuzzRequest> {
  return fc.oneof(
    ...operations.map((operation) => ({
      weight: operation.body ? BODY_WEIGHT : 1,
      arbitrary: requestTo(operation),
    })),
  );
}

function requestTo(operation: FuzzedOperation): fc.Arbitrary<FuzzRequest> {
  return fc
    .tuple(
      fc.constantFrom(...IDENTITIES),
      draftOf(operation),
      fc.array(defectsOf(operation), { maxLength: DEFECTS_AT_MOST }),
    )
    .map(([identity, draft, defects]) =>
      written(
        operation,
        identity,
        defects.reduce((spoiled, defect) => defect(spoiled), draft),
      ),
    );
}

function written(operation: FuzzedOperation, identity: Identity, draft: Draft): FuzzRequest {
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_all, name: string) =>
    segment(draft.path[name] ?? ''),
  );
  const query = [...draft.query.map((pair) => pair.map(percent).join('=')), draft.querySuffix].filter(
    Boolean,
  );
  const text = draft.body === undefined ? undefined : draft.bend(JSON.stringify(draft.body));
  return {
    operation,
    identity,
    method: draft.method,
    target: query.length === 0 ? path : `${path}?${query.join('&')}`,
    headers: [
      ...draft.headers.map(([name, value]): Pair => [name, sendable(value)]),
      ...(text === undefined || draft.contentType === ''
        ? []
        : [['Content-Type', draft.contentType] as const]),
    ],
    body: text === undefined ? undefined : { text, encoding: draft.encoding },
  };
}

function segment(value: string): string {
  return value === KNOWN_VALUE ? value : percent(value);
}

/** Also of half a character, which no ordinary encoder takes. */
function percent(text: string): string {
  return text.replaceAll(/\p{Cs}|[^]/gu, (one) =>
    /\p{Cs}/u.test(one) ? '%ED%A0%80' : encodeURIComponent(one),
  );
}

/** What the client of Node is willing to send in a header. */
function sendable(value: string): string {
  return value.replaceAll(/[^\t\u0020-\u007e\u0080-\u00ff]/g, '');
}
