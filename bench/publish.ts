import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * Prints the table of a benchmark, and writes it between its marks in the README of the folder that it
 * measures; with BENCH_TABLES into that folder instead, as `<name>.md`.
 */
export async function publish(name: string, table: string, readme: string): Promise<void> {
  process.stdout.write(`${table}\n`);
  const folder = process.env['BENCH_TABLES'];
  if (folder !== undefined) {
    await writeFile(path.join(folder, `${name}.md`), table);
    return;
  }
  const block = `<!-- bench: ${name} -->\n\n${table}\n\n<!-- end of bench -->`;
  const pattern = new RegExp(`<!-- bench: ${name} -->[\\s\\S]*?<!-- end of bench -->`);
  await writeFile(readme, (await readFile(readme, 'utf8')).replace(pattern, block));
}
