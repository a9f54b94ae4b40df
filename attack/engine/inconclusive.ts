/** An answer that shows neither a hole nor a defence, such as that of a limit. */
export class Inconclusive extends Error {
  override readonly name = 'Inconclusive';
}
