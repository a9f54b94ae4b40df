/**
 * Who is visited in which round: everybody once in each, and every other round from the last to the first,
 * so that nobody always comes after the same one, nor always late.
 */
export function* visits<Item>(
  items: readonly Item[],
  rounds: number,
): Generator<{ readonly round: number; readonly item: Item }> {
  for (let round = 0; round < rounds; round += 1) {
    for (const item of round % 2 === 0 ? items : items.toReversed()) {
      yield { round, item };
    }
  }
}
