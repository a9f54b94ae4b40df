export interface Visit<Item> {
  readonly round: number;
  readonly item: Item;
  /** The first of its round. */
  readonly isFirst: boolean;
}

/**
 * Who is visited in which round: everybody once in each, and every other round from the last to the first,
 * so that nobody always comes after the same one, nor always late.
 */
export function* visits<Item>(items: readonly Item[], rounds: number): Generator<Visit<Item>> {
  for (let round = 0; round < rounds; round += 1) {
    const order = round % 2 === 0 ? items : items.toReversed();
    for (const [index, item] of order.entries()) {
      yield { round, item, isFirst: index === 0 };
    }
  }
}
