// Post-conditions (SIP-005, SIP-040), checked against what a transaction has moved; the same rules as a Stacks node's.
import {
  addressToString,
  Cl,
  FungibleConditionCode as Ft,
  NonFungibleConditionCode as Nft,
  PostConditionMode,
  PostConditionPrincipalId,
  PostConditionType,
  type StacksTransactionWire,
} from '@stacks/transactions';
import type { VmEvent } from './vm.ts';

const HOLDS: Record<number, (sent: bigint, amount: bigint) => boolean> = {
  [Ft.Equal]: (sent, amount) => sent === amount,
  [Ft.Greater]: (sent, amount) => sent > amount,
  [Ft.GreaterEqual]: (sent, amount) => sent >= amount,
  [Ft.Less]: (sent, amount) => sent < amount,
  [Ft.LessEqual]: (sent, amount) => sent <= amount,
};

type Sent = { amount: bigint; items: string[] };

/** What each principal has sent, by asset. Burning is sending; minting is not. */
function outflows(events: VmEvent[]): Map<string, Map<string, Sent>> {
  const out = new Map<string, Map<string, Sent>>();
  for (const { event, data } of events) {
    const kind = /^(stx|ft|nft)_(transfer|burn)_event$/.exec(event)?.[1];
    if (!kind) continue;
    const asset = kind === 'stx' ? 'STX' : String(data.asset_identifier);
    const sender = String(data.sender);
    const mine = out.get(sender) ?? new Map<string, Sent>();
    out.set(sender, mine);
    const sent = mine.get(asset) ?? { amount: 0n, items: [] };
    mine.set(asset, sent);
    if (kind === 'nft') sent.items.push(String(data.raw_value));
    else sent.amount += BigInt(String(data.amount));
  }
  return out;
}

/** The first condition that does not hold, in a node's words; undefined when all do. */
export function violated(tx: StacksTransactionWire, origin: string, events: VmEvent[]): string | undefined {
  const sent = outflows(events);
  const whole = new Set<string>(); // principal and asset, checked in full
  const single = new Set<string>(); // principal, asset and item
  for (const condition of tx.postConditions.values) {
    if (
      !('principal' in condition) ||
      condition.conditionType === PostConditionType.Staking ||
      condition.conditionType === PostConditionType.PoX
    )
      return 'Post-condition check failure: this chain has no staking';
    const { principal } = condition;
    const who =
      principal.prefix === PostConditionPrincipalId.Origin
        ? origin
        : addressToString(principal.address) +
          (principal.prefix === PostConditionPrincipalId.Contract ? `.${principal.contractName.content}` : '');
    const asset =
      'asset' in condition
        ? `${addressToString(condition.asset.address)}.${condition.asset.contractName.content}::${condition.asset.assetName.content}`
        : 'STX';
    if (condition.conditionType === PostConditionType.NonFungible) {
      const item = `0x${Cl.serialize(condition.assetName)}`;
      const did = sent.get(who)?.get(asset)?.items.includes(item) ?? false;
      const code = condition.conditionCode;
      if (code !== Nft.MaybeSent && did !== (code === Nft.Sends))
        return `Post-condition check failure on non-fungible asset ${asset} owned by ${who}: ${item} ${Nft[code]}`;
      single.add(`${who} ${asset} ${item}`);
    } else {
      const amount = sent.get(who)?.get(asset)?.amount ?? 0n;
      const what = asset === 'STX' ? 'STX' : `fungible asset ${asset}`;
      if (!HOLDS[condition.conditionCode]?.(amount, BigInt(condition.amount)))
        return `Post-condition check failure on ${what} owned by ${who}: ${condition.amount} ${Ft[condition.conditionCode]} ${amount}`;
      whole.add(`${who} ${asset}`);
    }
  }
  if (tx.postConditionMode === PostConditionMode.Allow) return undefined;
  for (const [who, assets] of sent) {
    if (tx.postConditionMode === PostConditionMode.Originator && who !== origin) continue;
    for (const [asset, { items }] of assets) {
      if (items.length === 0 && !whole.has(`${who} ${asset}`))
        return `Post-condition check failure: Fungible asset ${asset} was moved by ${who} but not checked`;
      const missed = items.find((item) => !single.has(`${who} ${asset} ${item}`));
      if (missed !== undefined)
        return `Post-condition check failure: Non-fungible asset ${asset} value ${missed} was moved by ${who} but not checked`;
    }
  }
  return undefined;
}
