import { spawnSync } from 'node:child_process';

/** Whether this machine has the tools of Prometheus and Alertmanager; with CI=true it must. */
export function hasPrometheusTools(): boolean {
  if (['promtool', 'amtool'].every((tool) => spawnSync(tool, ['--version']).status === 0)) {
    return true;
  }
  if (process.env['CI'] === 'true') {
    throw new Error('promtool or amtool is missing, and with CI=true no test is left out');
  }
  process.stderr.write('promtool or amtool is missing: the tests of the alert rules are left out.\n');
  return false;
}

/** Runs one of them; whether it is content, and what it says. */
export function runTool(tool: 'promtool' | 'amtool', ...options: string[]): { ok: boolean; output: string } {
  const { status, stdout, stderr } = spawnSync(tool, options, { encoding: 'utf8' });
  return { ok: status === 0, output: stdout + stderr };
}
