/** A reason for not starting that a person can act on: one clear sentence, shown without a stack. */
export class StartFailure extends Error {
  override readonly name = 'StartFailure';
}
