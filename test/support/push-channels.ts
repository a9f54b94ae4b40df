import pg from 'pg';
import { DatabaseConfig } from '../../src/database/database.config.js';
import { PostgresPushChannel } from '../../src/database/push/postgres-push-channel.js';
import type { PushChannel } from '../../src/platform/push/push-channel.js';
import { RedisPushChannel } from '../../src/platform/push/redis-push-channel.js';
import { RedisConfig } from '../../src/platform/redis/redis.config.js';
import { RedisConnections } from '../../src/platform/redis/redis-connections.js';
import { createTestDatabase } from './database.js';
import { urlFor } from './database-roles.js';
import { freePort } from './free-port.js';
import { startRedis } from './redis.js';

/** What channels of one kind need, and how it is taken away from them. */
export interface PushWorld {
  /** A channel as the module of one instance makes it, started. */
  start(): Promise<PushChannel>;
  /** Cuts every connection; new ones are taken. */
  cut(): Promise<void>;
  /** Cuts every connection and takes no new one until `restore`. */
  takeDown(): Promise<void>;
  restore(): Promise<void>;
  /** Ends all channels and what they needed. */
  stop(): Promise<void>;
}

export async function postgresWorld(): Promise<PushWorld> {
  const database = await createTestDatabase();
  const channels: PostgresPushChannel[] = [];
  // Outside the database, because a session inside could not close it.
  const admin = new pg.Client({ connectionString: urlFor(database.adminUrl, null, 'postgres') });
  await admin.connect();
  const allowConnections = async (isAllowed: boolean): Promise<void> => {
    await admin.query(`ALTER DATABASE ${database.name} ALLOW_CONNECTIONS ${isAllowed}`);
  };
  const cut = async (): Promise<void> => {
    await admin.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE application_name = 'secure-api-push' AND datname = $1`,
      [database.name],
    );
  };
  return {
    async start() {
      const url = database.url('application');
      const limits = {
        poolSize: 1,
        connectTimeoutSeconds: 5,
        statementTimeoutSeconds: 5,
        slowQueryMilliseconds: 500,
      };
      const channel = new PostgresPushChannel(new DatabaseConfig({ url, ...limits }));
      channels.push(channel);
      await channel.onModuleInit();
      return channel;
    },
    cut,
    async takeDown() {
      await allowConnections(false);
      await cut();
    },
    restore: () => allowConnections(true),
    async stop() {
      await Promise.all(channels.map((channel) => channel.onApplicationShutdown()));
      await admin.end();
      await database.drop();
    },
  };
}

export async function redisWorld(): Promise<PushWorld> {
  const port = await freePort();
  let server = await startRedis(port);
  const connections = await RedisConnections.create(new RedisConfig({ url: `redis://127.0.0.1:${port}` }));
  const admin = connections.open('test');
  return {
    async start() {
      const channel = new RedisPushChannel(connections);
      channel.onModuleInit();
      return channel;
    },
    async cut() {
      await admin.client('KILL', 'TYPE', 'pubsub');
    },
    async takeDown() {
      await server?.stop();
    },
    async restore() {
      server = await startRedis(port);
    },
    async stop() {
      connections.onApplicationShutdown();
      await server?.stop();
    },
  };
}
