// What a day came to, from the chain's own events, and the laws that it must obey.
import { nodeSource } from '@wattconnect/chainhooks';
import { Contracts, decodeEvent } from '@wattconnect/contracts';

export type Figures = {
  mintedWh: bigint;
  promisedWh: bigint;
  deliveredWh: bigint;
  /** To the producers: what nobody was promised, and the dust of the floors. */
  surplusWh: bigint;
  trades: number;
  settled: number;
  failed: number;
  partial: number;
  lockedMicro: bigint;
  paidMicro: bigint;
  /** Commission and local wires. */
  feesMicro: bigint;
  refundedMicro: bigint;
  mintedBy: Map<string, bigint>;
  blocks: number;
  transactions: number;
};

/** Adds up a chain from its first block to its tip, following parent hashes. */
export async function addUp(node: string, deployer: string): Promise<Figures> {
  const source = nodeSource(node);
  const names = new Map(Contracts.map((name) => [`${deployer}.${name}`, name]));
  const sum: Figures = {
    mintedWh: 0n,
    promisedWh: 0n,
    deliveredWh: 0n,
    surplusWh: 0n,
    trades: 0,
    settled: 0,
    failed: 0,
    partial: 0,
    lockedMicro: 0n,
    paidMicro: 0n,
    feesMicro: 0n,
    refundedMicro: 0n,
    mintedBy: new Map(),
    blocks: 0,
    transactions: 0,
  };
  const tip = await source.tip();
  let hash: string | undefined = tip.hash;
  while (hash !== undefined) {
    const block: Awaited<ReturnType<typeof source.block>> = await source.block(hash);
    if (!block) break;
    sum.blocks += 1;
    sum.transactions += block.txs.length;
    for (const tx of block.txs) {
      if (!tx.ok) continue;
      for (const event of tx.events) {
        if (event.type !== 'print') continue;
        const name = names.get(event.contract);
        const told = name && decodeEvent(name, event.hex);
        if (!told) continue;
        if (told.topic === 'export-minted') {
          sum.mintedWh += told.custody + told.surplus;
          sum.surplusWh += told.surplus;
          sum.mintedBy.set(told.producer, (sum.mintedBy.get(told.producer) ?? 0n) + told.custody + told.surplus);
        } else if (told.topic === 'slot-dust') sum.surplusWh += told.wh;
        else if (told.topic === 'trade-opened') {
          sum.trades += 1;
          sum.promisedWh += told.wh;
          sum.lockedMicro += told.locked;
        } else if (told.topic === 'trade-settled') {
          sum.settled += 1;
          if (told.status === 2n) sum.partial += 1;
          if (told.status === 3n || told.status === 5n) sum.failed += 1;
          sum.deliveredWh += told.delivered;
          sum.paidMicro += told.paid;
          sum.feesMicro += told.fee + told.grid;
          sum.refundedMicro += told.refund;
        }
      }
    }
    hash = block.parentHash === `0x${'0'.repeat(64)}` ? undefined : block.parentHash;
  }
  return sum;
}

/** The laws that do not hold, in words; none is a good day. */
export function broken(
  figures: Figures,
  exportOf: Map<string, bigint>,
  digests: { indexer: string; replay: string },
): string[] {
  const out: string[] = [];
  const exportWh = [...exportOf.values()].reduce((a, b) => a + b, 0n);
  if (figures.mintedWh !== exportWh)
    out.push(`minted = metered export: ${figures.mintedWh} Wh minted, ${exportWh} Wh exported`);
  for (const [who, wh] of exportOf)
    if ((figures.mintedBy.get(who) ?? 0n) !== wh)
      out.push(`minted = metered export of each home: ${who} has ${figures.mintedBy.get(who) ?? 0n} of ${wh} Wh`);
  if (figures.mintedWh !== figures.deliveredWh + figures.surplusWh)
    out.push(`minted = delivered + surplus: ${figures.mintedWh} ≠ ${figures.deliveredWh} + ${figures.surplusWh} Wh`);
  if (figures.lockedMicro !== figures.paidMicro + figures.feesMicro + figures.refundedMicro)
    out.push(
      `locked = paid + fees + refunded: ${figures.lockedMicro} ≠ ${figures.paidMicro} + ${figures.feesMicro} + ${figures.refundedMicro} microSTX`,
    );
  if (figures.trades !== figures.settled)
    out.push(`every trade ends: ${figures.trades} opened, ${figures.settled} settled`);
  if (digests.indexer !== digests.replay)
    out.push(`the live indexer agrees with a replay of the chain: ${digests.indexer} ≠ ${digests.replay}`);
  return out;
}
