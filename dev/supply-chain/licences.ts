import { licenceCounts, licenceFaults, type LicencePolicy } from './licence-rules.ts';
import { readProductionPackages, readProjectJson } from './production-packages.ts';

/*
 * npm run licences
 * Lists the licences of what runs in production, and fails for one that docs/licences.json does not know.
 */
const packages = await readProductionPackages();
const policy = (await readProjectJson('docs/licences.json')) as LicencePolicy;

for (const [licence, count] of licenceCounts(packages, policy)) {
  process.stdout.write(`${String(count).padStart(5)}  ${licence}\n`);
}
const faults = licenceFaults(packages, policy);
for (const fault of faults) {
  process.stderr.write(`${fault}\n`);
}
process.exitCode = faults.length > 0 ? 1 : 0;
