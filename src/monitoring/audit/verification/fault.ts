/** What is wrong at one place of the chain. */
export type FaultKind =
  | 'links_missing'
  | 'row_missing'
  | 'row_duplicated'
  | 'row_or_link_changed'
  | 'unknown_key'
  | 'anchor_changed'
  | 'truncated'
  | 'head_differs'
  | 'never_sealed'
  | 'change_log_off';

/** One proof that somebody has changed the trail, or that it is not kept. */
export interface Fault {
  readonly kind: FaultKind;
  /** In the chain; null where it has none. */
  readonly position: number | null;
  /** Of the event, where one is known. */
  readonly rowId: string | null;
  readonly message: string;
}

/** How many faults are told one by one; the first is the one that counts. */
export const MAX_TOLD_FAULTS = 20;
