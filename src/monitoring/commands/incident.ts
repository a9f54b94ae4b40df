import { KEY_TOPIC } from '../../api-keys/authentication/key-cache.js';
import { runCommand } from '../../database/commands/run-command.js';
import { inTransaction, withClient, type CommandClient } from '../../database/connection/with-client.js';
import { publishThroughRedis } from '../../platform/push/publish-through-redis.js';
import { RedisConfig } from '../../platform/redis/redis.config.js';
import {
  describeContainments,
  describeHoldings,
  describeReport,
} from '../response/actions/describe-incident.js';
import { IncidentActions } from '../response/actions/incident-actions.js';
import type { IncidentOrder, IncidentReport } from '../response/actions/incident-order.js';
import { IncidentOverview } from '../response/actions/incident-overview.js';
import { CONTAINMENT_TOPIC } from '../response/containment.js';
import { readIncidentArguments, type IncidentArguments } from './incident-arguments.js';
import { IncidentConfig } from './incident.config.js';

/*
 * Works on the database and not through the API, which may be under attack. Ends with 0 when everything was
 * done, and with 1 when nothing was.
 */
await runCommand([IncidentConfig, RedisConfig], async ({ url }, redis) => {
  const wanted = readIncidentArguments(process.argv.slice(2));
  return withClient(url, (client) =>
    'order' in wanted ? act(client, wanted, redis) : look(new IncidentOverview(client), wanted),
  );
});

async function look(
  overview: IncidentOverview,
  wanted: Exclude<IncidentArguments, { order: unknown }>,
): Promise<string> {
  if (wanted.look === 'list') {
    const inForce = await overview.inForce();
    return wanted.isJson ? JSON.stringify(inForce) : describeContainments(inForce);
  }
  const holdings = await overview.heldBy(wanted.tenant, wanted.subject);
  return wanted.isJson ? JSON.stringify(holdings) : describeHoldings(holdings);
}

async function act(
  client: CommandClient,
  { order, isDryRun, isJson }: Extract<IncidentArguments, { order: unknown }>,
  redis: RedisConfig,
): Promise<string> {
  const report = await (isDryRun ? rehearse(client, order) : perform(client, order));
  const isAnnounced = isDryRun || redis.url === undefined || (await announce(redis.url, report));
  if (isJson) {
    return JSON.stringify({ ...report, isDryRun, isAnnounced });
  }
  const note = '\nRedis could not be told: each instance looks by itself within a second.';
  return `${describeReport(report, isDryRun)}${isAnnounced ? '' : note}`;
}

function perform(client: CommandClient, order: IncidentOrder): Promise<IncidentReport> {
  return inTransaction(client, () => new IncidentActions(client).perform(order));
}

/** Really does it, and undoes it: what a dry run promises is then what happens. */
async function rehearse(client: CommandClient, order: IncidentOrder): Promise<IncidentReport> {
  await client.query('BEGIN');
  try {
    return await new IncidentActions(client).perform(order);
  } finally {
    await client.query('ROLLBACK');
  }
}

/** What is done is done, whether or not Redis can be told. */
async function announce(redisUrl: string, { keysRevoked }: IncidentReport): Promise<boolean> {
  const announcements = [
    { topic: CONTAINMENT_TOPIC, message: 'changed' },
    ...keysRevoked.map((message) => ({ topic: KEY_TOPIC, message })),
  ];
  return publishThroughRedis(redisUrl, announcements).then(
    () => true,
    () => false,
  );
}
