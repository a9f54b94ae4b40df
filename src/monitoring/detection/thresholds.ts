import { DETECTION_RULES } from './detection-rules.js';

const MAX_THRESHOLD = 10_000;

/**
 * Reads other thresholds than those of the rules.
 *
 * @param text `rule:number,rule:number`
 * @throws TypeError that names the broken rule and no value
 */
export function readThresholds(text: string): ReadonlyMap<string, number> {
  // Of what is an alarm however rarely it happens, the second time would be too late.
  const counting = DETECTION_RULES.filter(({ threshold }) => threshold > 1).map(({ id }) => id);
  const thresholds = new Map<string, number>();
  for (const entry of text.split(',')) {
    const { id = '', number = '' } = /^(?<id>[a-z-]+):(?<number>\d{1,5})$/.exec(entry.trim())?.groups ?? {};
    const threshold = Number(number);
    if (!counting.includes(id) || threshold < 2 || threshold > MAX_THRESHOLD) {
      throw new TypeError(`is not a list of rule:number, 2 to ${MAX_THRESHOLD}, of ${counting.join(', ')}`);
    }
    if (thresholds.has(id)) {
      throw new TypeError(`names ${id} twice`);
    }
    thresholds.set(id, threshold);
  }
  return thresholds;
}
