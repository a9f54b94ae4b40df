/*
 * What the title of a test says: which checkpoints it proves, and whether it does so by taking the defence out.
 * It imports nothing, so that Node runs it as it is.
 */

/** The words that mark a test which takes the defence out and sees the attack succeed. */
export const COUNTER_PROOF = 'counter-proof';

export function idsIn(title: string): string[] {
  return [...title.matchAll(/\[((?:P\d*|C)\.\d+)\]/g)].map((match) => match[1] ?? '');
}

export function isCounterProof(title: string): boolean {
  return title.includes(COUNTER_PROOF);
}
