import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

const DEPLOYED = 'deploy/prometheus';

/** The deployed settings for one target on this machine. Windows and thresholds stay; what must last, lasts seconds. */
export async function writePrometheusSettings(folder: string, target: string): Promise<void> {
  let settings = await readFile(path.join(DEPLOYED, 'prometheus.yml'), 'utf8');
  settings = replaced(settings, /(?<=(scrape|evaluation)_interval: )15s/g, '1s');
  settings = replaced(settings, /^alerting:\n(?: .*\n)+/m, '');
  settings = replaced(settings, /(?<=job_name: secure-api\n)(?: {4}.*\n)+/, staticTarget(target));
  settings = replaced(settings, /^ {2}- job_name: prometheus\n(?: {4}.*\n)+/m, '');
  await writeFile(path.join(folder, 'prometheus.yml'), settings);
  await cp(path.join(DEPLOYED, 'rules'), path.join(folder, 'rules'), { recursive: true });
  for (const name of await readdir(path.join(folder, 'rules'))) {
    const file = path.join(folder, 'rules', name);
    const rules = await readFile(file, 'utf8');
    await writeFile(file, rules.replaceAll(/(?<=^ +for: )\d+m$/gm, '3s'));
  }
}

const staticTarget = (target: string): string => `    static_configs:\n      - targets: ['${target}']\n`;

/** The settings have changed if there is nothing to replace, and a test would run on something else than it says. */
function replaced(text: string, pattern: RegExp, by: string): string {
  if (text.search(pattern) === -1) {
    throw new Error(`prometheus.yml has nothing like ${pattern.source}`);
  }
  return text.replace(pattern, by);
}
