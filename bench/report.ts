import os from 'node:os';
import type { PageTimes } from './lists/list-pages.js';
import { CONNECTIONS, type Measured } from './load/compare.js';
import type { Slice } from './load/measure.js';
import { markdownTable, percent, rounded, type Row } from './markdown-table.js';
import type { BenchOptions } from './options.js';
import { medianOf, paired, quantileOf } from './statistics.js';
import { FULL_NAME, type Variant } from './variants.js';

const MEGABYTE = 1_000_000;
const IN_WORDS = new Intl.NumberFormat('en', { notation: 'compact', compactDisplay: 'long' });

const cpuOf = (measured: Measured | undefined, connections: number): number[] =>
  (measured?.get(connections) ?? []).map(({ cpuMicrosecondsPerRequest }) => cpuMicrosecondsPerRequest);

/** What one variant costs beside the floor, at each number of connections. */
export function comparison(results: ReadonlyMap<Variant, Measured>): string {
  const [floor] = results.values();
  const head = ['`GET /v2/customers/:id`'];
  for (const count of CONNECTIONS) {
    head.push(`${count}: µs of CPU`, `${count}: floor ÷ it`, `${count}: requests/s`);
  }
  head.push('99 % at 50, ms', 'resident, MB');
  const rows = [...results].map(([{ name }, measured]) => {
    const row: (string | number)[] = [name];
    for (const count of CONNECTIONS) {
      const cpu = cpuOf(measured, count);
      const ratio = medianOf(paired(cpuOf(floor, count), cpu, (one, other) => one / other));
      const perSecond = median(measured.get(count), (slice) => slice.requests / slice.seconds);
      row.push(Math.round(medianOf(cpu)), rounded(ratio), Math.round(perSecond));
    }
    const busy = measured.get(50);
    return [
      ...row,
      Math.round(median(busy, ({ slowestMilliseconds }) => slowestMilliseconds)),
      Math.round(Math.max(...(busy ?? []).map(({ residentBytes }) => residentBytes)) / MEGABYTE),
    ];
  });
  return markdownTable(head, rows);
}

/** How many times the CPU time of this application each of the others needs. */
export function others(results: ReadonlyMap<Variant, Measured>): string {
  const ours = [...results].find(([{ name }]) => name === FULL_NAME)?.[1];
  const rows = [...results].flatMap(([{ name }, measured]) => {
    if (measured === ours) {
      return [];
    }
    const times = CONNECTIONS.map((count) =>
      rounded(medianOf(paired(cpuOf(measured, count), cpuOf(ours, count), (one, other) => one / other))),
    );
    return [[name, ...times]];
  });
  return markdownTable(['times its CPU', ...CONNECTIONS.map((count) => `at ${count}`)], rows);
}

/**
 * What each practice adds to a request: what the control needs and the variant without the practice does not.
 * Beside the median, between what the middle half of the rounds lies: a range with zero in it says nothing.
 */
export function costs(results: ReadonlyMap<Variant, Measured>): string {
  const control = [...results].find(([{ without }]) => without === 'nothing')?.[1];
  const rows: Row[] = [...results].flatMap(([{ without }, measured]) => {
    if (without === undefined || without === 'nothing') {
      return [];
    }
    const row: (string | number)[] = [without];
    for (const count of CONNECTIONS) {
      const [whole, rest] = [cpuOf(control, count), cpuOf(measured, count)];
      const shares = paired(whole, rest, (one, other) => (one - other) / one);
      row.push(
        Math.round(medianOf(paired(whole, rest, (one, other) => one - other))),
        percent(medianOf(shares)),
        `${percent(quantileOf(shares, 0.25))} to ${percent(quantileOf(shares, 0.75))}`,
      );
    }
    return [row];
  });
  return markdownTable(
    ['practice', '1: µs', '1: share', '1: middle half', '50: µs', '50: share', '50: middle half'],
    rows,
  );
}

/** What a page of the list takes by the number of rows, and how the first one relates to one near the end. */
export function lists(measured: readonly PageTimes[]): string {
  const rows = measured.map(({ rows: count, first, deep }) => [
    `${IN_WORDS.format(count)} rows`,
    medianOf(first).toFixed(1),
    medianOf(deep).toFixed(1),
    rounded(medianOf(paired(first, deep, (one, other) => one / other))),
  ]);
  return markdownTable(
    ['`GET /v2/customers?limit=50`', 'first page, ms', 'page at 95 % depth, ms', 'first ÷ deep'],
    rows,
  );
}

/** Where and when: figures of another machine are other figures. */
export function circumstances(
  now: Date,
  { processes, rounds }: Pick<BenchOptions, 'processes' | 'rounds'>,
  durationSeconds: number,
): string {
  const [processor] = os.cpus();
  return [
    `Node ${process.versions.node}, ${os.availableParallelism()} cores (${processor?.model.trim() ?? 'unknown'}),`,
    `${os.type()}, ${now.toISOString().slice(0, 10)}. Each server in ${processes} processes, one`,
    `after the other, with ${rounds} rounds of slices of one second, interleaved; ${Math.round(durationSeconds / 60)} minutes in all.`,
  ].join(' ');
}

function median(slices: readonly Slice[] | undefined, figure: (slice: Slice) => number): number {
  return medianOf((slices ?? []).map((slice) => figure(slice)));
}
