import type { PoolClient } from 'pg';
import { TenantPool } from '../../src/database/tenancy/tenant-pool.js';
import type { TestDatabase } from './database.js';
import type { TestApp } from './test-app.js';

/** One node of a plan as PostgreSQL describes it, with what it really did. */
export interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Index Cond'?: string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
  readonly Plans?: readonly PlanNode[];
}

/** An executed statement and its plan. */
export interface ExecutedPlan {
  readonly text: string;
  readonly plan: PlanNode;
}

const SETTINGS = [
  "session_preload_libraries = 'auto_explain'",
  'auto_explain.log_min_duration = 0',
  'auto_explain.log_nested_statements = on',
  'auto_explain.log_analyze = on',
  'auto_explain.log_buffers = on',
  'auto_explain.log_format = json',
  'auto_explain.log_level = notice',
];

/**
 * Lets PostgreSQL explain every statement of the application's role, those inside of functions
 * included, to the application's own connections. Before the application starts.
 */
export async function explainEverything(database: TestDatabase): Promise<void> {
  for (const setting of SETTINGS) {
    await database.inspect(`ALTER ROLE secure_api_application IN DATABASE ${database.name} SET ${setting}`);
  }
}

/** For the connections that are made from now on. */
export async function explainNothing(database: TestDatabase): Promise<void> {
  await database.inspect(`ALTER ROLE secure_api_application IN DATABASE ${database.name} RESET ALL`);
}

/** The plans of everything that `work` makes the application do. */
export async function plansOf(app: TestApp, work: () => Promise<unknown>): Promise<ExecutedPlan[]> {
  const plans: ExecutedPlan[] = [];
  const read = ({ message = '' }: { message?: string | undefined }): void => {
    const [, json] = /^duration: [\d.]+ ms {2}plan:\n(?<json>[\s\S]*)$/.exec(message) ?? [];
    if (json !== undefined) {
      const { 'Query Text': text, Plan: plan } = JSON.parse(json) as { 'Query Text': string; Plan: PlanNode };
      plans.push({ text, plan });
    }
  };
  const pool = app.nest.get(TenantPool);
  const heard = new Set<PoolClient>();
  const listen = (client: PoolClient): void => {
    if (!heard.has(client)) {
      heard.add(client.on('notice', read));
    }
  };
  pool.on('acquire', listen);
  await work();
  pool.off('acquire', listen);
  heard.forEach((client) => client.off('notice', read));
  return plans;
}

/** The node and everything below it. */
export function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

/**
 * Pages of 8 KiB that one statement of the application looked at, wherever they came from. What
 * ran inside of a function is part of the plan that called it, and of one of its own.
 */
export function blocksRead(plans: readonly ExecutedPlan[]): number {
  return Math.max(0, ...plans.map(({ plan }) => plan['Shared Hit Blocks'] + plan['Shared Read Blocks']));
}
