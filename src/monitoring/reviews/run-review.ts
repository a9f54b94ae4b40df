import { parseArgs } from 'node:util';
import { runCommand } from '../../database/commands/run-command.js';
import type { SliceClass } from '../../platform/config/config-slice.js';
import { describeReview, type Review } from './review.js';

const FINDINGS = 1;
const NOT_RUN = 2;

type Configs<Slices extends readonly SliceClass[]> = {
  [Index in keyof Slices]: InstanceType<Slices[Index]>;
};

/**
 * For a scheduler: ends with 0 when there is nothing to do, with 1 for findings, and with 2 when it could not
 * look. A review that could not be made must never read like one that has found nothing.
 */
export async function runReview<const Slices extends readonly SliceClass[]>(
  slices: Slices,
  work: (...configs: Configs<Slices>) => Promise<Review>,
): Promise<void> {
  const review = async (...configs: Configs<Slices>): Promise<string> => {
    const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
    const found = await work(...configs);
    process.exitCode = found.findings.length > 0 ? FINDINGS : 0;
    return values.json ? JSON.stringify(found) : describeReview(found);
  };
  await runCommand(slices, review, NOT_RUN);
}
