import pg, { type ClientConfig, type PoolConfig, type QueryConfig, type QueryResult } from 'pg';

/*
 * pg's classes as they are used here. The published types leave out the steps of the wire
 * protocol, and overload `query` a dozen times for call styles that nobody uses here. The
 * tenant isolation tests fail at once should one of these steps change.
 */

/** The part of pg's connection with which a statement sends its protocol messages. */
export interface DriverConnection {
  bind(message: { statement: string; values: readonly string[] }): void;
  execute(message: object): void;
}

/** What pg calls on a statement while the server answers. */
export interface DriverStatement {
  callback: (error: Error | null, result: QueryResult) => void;
  submit(connection: DriverConnection): Error | null;
  requiresPreparation(): boolean;
  prepare(connection: DriverConnection): void;
  handleDataRow(message: unknown): void;
  handleCommandComplete(message: unknown, connection: DriverConnection): void;
}

/** The one call style in use: promises. A statement object answers through its own callback. */
interface PromiseStyle {
  query(query: string | QueryConfig | DriverStatement, values?: unknown[]): Promise<QueryResult>;
}

export type DriverClient = Omit<pg.Client, 'query'> & PromiseStyle;
export type PooledClient = DriverClient & { release(error?: Error): void };
export type DriverPool = Omit<pg.Pool, 'query' | 'connect'> & {
  connect(): Promise<PooledClient>;
} & PromiseStyle;

export const DriverStatement = pg.Query as unknown as new (config: QueryConfig) => DriverStatement;
export const DriverClient = pg.Client as unknown as new (config?: ClientConfig) => DriverClient;
export const DriverPool = pg.Pool as unknown as new (
  config: Omit<PoolConfig, 'Client' | 'onConnect'> & {
    Client: new () => DriverClient;
    onConnect: (client: never) => Promise<void>;
  },
) => DriverPool;
