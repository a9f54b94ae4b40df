import { spawnSync } from 'node:child_process';

const TOOLS = ['prometheus', 'promtool', 'amtool'];

/** Whether this machine has Prometheus and the tools of it and Alertmanager; with CI=true it must. */
export function hasPrometheusTools(): boolean {
  const missing = TOOLS.filter((tool) => spawnSync(tool, ['--version']).status !== 0).join(', ');
  if (missing === '') {
    return true;
  }
  if (process.env['CI'] === 'true') {
    throw new Error(`${missing}: missing, and with CI=true no test is left out`);
  }
  process.stderr.write(`${missing}: missing, so the tests of alert rules and dashboard are left out.\n`);
  return false;
}

/** Runs one of them; whether it is content, and what it says. */
export function runTool(tool: 'promtool' | 'amtool', ...options: string[]): { ok: boolean; output: string } {
  const { status, stdout, stderr } = spawnSync(tool, options, { encoding: 'utf8' });
  return { ok: status === 0, output: stdout + stderr };
}
