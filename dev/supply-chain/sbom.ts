import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { parseArgs, promisify } from 'node:util';
import { PROJECT_FOLDER } from '../settings.ts';
import { billOfProduction, type BillOfMaterials } from './bill-of-materials.ts';
import { readProductionPackages, readProjectJson } from './production-packages.ts';

const MAX_OUTPUT_BYTES = 50 * 1024 * 1024;

/*
 * npm run sbom [-- --out FILE]
 * Writes what runs in production as CycloneDX JSON. It reads the lock file alone and asks no registry.
 */
const { values } = parseArgs({ options: { out: { type: 'string', default: 'sbom.json' } } });
const { stdout } = await promisify(execFile)(
  'npm',
  ['sbom', '--sbom-format=cyclonedx', '--sbom-type=application', '--package-lock-only', '--offline'],
  { cwd: PROJECT_FOLDER, maxBuffer: MAX_OUTPUT_BYTES },
);
const { name } = (await readProjectJson('package.json')) as { name: string };
const bill = billOfProduction(JSON.parse(stdout) as BillOfMaterials, await readProductionPackages(), name);
await writeFile(values.out, `${JSON.stringify(bill, null, 2)}\n`);
process.stdout.write(`${values.out}: ${bill.components.length} packages\n`);
