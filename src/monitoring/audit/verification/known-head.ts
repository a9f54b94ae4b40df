/** An end that the chain is known to have had: from the log, which whoever changed the database did not reach. */
export interface KnownHead {
  readonly position: bigint;
  readonly mac: Uint8Array;
}

/** @throws Error for anything but POSITION:MAC */
export function readHead(text: string): KnownHead {
  const { position, mac } = /^(?<position>[1-9]\d{0,17}):(?<mac>[0-9a-f]{64})$/.exec(text)?.groups ?? {};
  if (position === undefined || mac === undefined) {
    throw new Error('a head is POSITION:MAC, as in a line "audit head" of the log');
  }
  return { position: BigInt(position), mac: Buffer.from(mac, 'hex') };
}
