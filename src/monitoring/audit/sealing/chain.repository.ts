import { Injectable } from '@nestjs/common';
import { TenantDatabase } from '../../../database/tenancy/tenant-database.js';
import type { TenantPrisma } from '../../../database/tenancy/tenant-prisma.js';
import type { AnchorRow } from '../chain/anchor.js';

/** An event without a link. */
export interface UnsealedEvent {
  readonly id: bigint;
  readonly digest: Uint8Array;
  readonly recordedAt: Date;
  /** The oldest transaction that was under way when it was read. */
  readonly horizon: string;
}

export interface SealedLink {
  readonly position: bigint;
  readonly eventId: bigint;
  readonly mac: Uint8Array;
  readonly keyId: string;
}

/** The end of the chain. */
export interface Head {
  readonly position: bigint;
  readonly mac: Uint8Array;
}

/** Links belong to no tenant; whoever makes them sees digests and never a row. */
@Injectable()
export class ChainRepository {
  constructor(private readonly database: TenantDatabase) {}

  /** Runs `work` while no other instance extends the chain; at once, or not at all. */
  async ifAlone<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
    return this.database.inTransaction('', async () => {
      const turns = await this.run<object[]>(
        (prisma) => prisma.$queryRaw`SELECT turn FROM audit.sealing FOR UPDATE SKIP LOCKED`,
      );
      return turns.length > 0 ? work() : undefined;
    });
  }

  /** The last link. Retention leaves it, so that no anchor has to be believed here. */
  async head(): Promise<Head | undefined> {
    const [head] = await this.run<Head[]>(
      (prisma) => prisma.$queryRaw`SELECT position, mac FROM audit.chain ORDER BY position DESC LIMIT 1`,
    );
    return head;
  }

  /** Undefined where no link is. */
  async macAt(position: bigint): Promise<Uint8Array | undefined> {
    const [row] = await this.run<{ mac: Uint8Array }[]>(
      (prisma) => prisma.$queryRaw`SELECT mac FROM audit.chain WHERE position = ${position}`,
    );
    return row?.mac;
  }

  /** What says where the chain begins; whether it is true is for the reader to verify. */
  async lastAnchor(): Promise<AnchorRow | undefined> {
    const [row] = await this.run<AnchorRow[]>(
      (prisma) => prisma.$queryRaw`
        SELECT position::text, mac, stragglers, key_id AS "keyId", signature
        FROM audit.anchors ORDER BY anchors.position DESC LIMIT 1`,
    );
    return row;
  }

  async unsealed(limit: number): Promise<UnsealedEvent[]> {
    return this.run<UnsealedEvent[]>(
      (prisma) => prisma.$queryRaw`
        SELECT id, digest, recorded_at AS "recordedAt", pg_snapshot_xmin(pg_current_snapshot())::text AS horizon
        FROM audit.unsealed(${limit})`,
    );
  }

  /** @param horizon null keeps the one of the batch before, since this one was not the last */
  async append(links: readonly SealedLink[], horizon: string | null): Promise<void> {
    const last = links.at(-1);
    if (!last) {
      return;
    }
    const json = JSON.stringify(links.map(jsonOf));
    const { mac, key_id: keyId } = jsonOf(last);
    await this.run(
      (prisma) => prisma.$executeRaw`
        INSERT INTO audit.chain (position, event_id, mac, key_id)
        SELECT position, event_id, decode(mac, 'hex'), key_id
        FROM jsonb_to_recordset(${json}::jsonb) AS link(position bigint, event_id bigint, mac text, key_id text)`,
    );
    await this.run(
      (prisma) => prisma.$executeRaw`
        INSERT INTO audit.heads (position, mac, key_id, horizon)
        SELECT ${last.position}, decode(${mac}, 'hex'), ${keyId}, coalesce(${horizon}::xid8,
          (SELECT horizon FROM audit.heads ORDER BY position DESC LIMIT 1), '0'::xid8)`,
    );
  }

  private async run<Result>(work: (prisma: TenantPrisma) => PromiseLike<Result>): Promise<Result> {
    return this.database.asTenant('', work);
  }
}

/** As the columns are called; numbers as text, because JSON's own are not exact. */
function jsonOf({ position, eventId, mac, keyId }: SealedLink) {
  const hex = Buffer.from(mac).toString('hex');
  return { position: String(position), event_id: String(eventId), mac: hex, key_id: keyId };
}
