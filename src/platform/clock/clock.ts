/** Knows what time it is. Injected, so that tests move time instead of waiting for it. */
export abstract class Clock {
  /** Milliseconds since the Unix epoch. */
  abstract nowMilliseconds(): number;

  /** Whole seconds since the Unix epoch, as JWT's NumericDate counts them. */
  nowSeconds(): number {
    return Math.floor(this.nowMilliseconds() / 1000);
  }
}
