/** For what is over in a moment, where the machine is not busy. */
export const PATIENCE = { timeout: 10_000, interval: 20 };
