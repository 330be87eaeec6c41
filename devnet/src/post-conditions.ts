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

/** The first condition that does not hold, in words; undefined when all do. */
export function violated(tx: StacksTransactionWire, origin: string, events: VmEvent[]): string | undefined {
  const sent = outflows(events);
  const whole = new Set<string>(); // principal and asset, checked in full
  const single = new Set<string>(); // principal, asset and item
  for (const condition of tx.postConditions.values) {
    if (!('principal' in condition)) return 'Staking conditions: this chain has no staking.';
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
    if (condition.conditionType === PostConditionType.STX || condition.conditionType === PostConditionType.Fungible) {
      const amount = sent.get(who)?.get(asset)?.amount ?? 0n;
      if (!HOLDS[condition.conditionCode]?.(amount, BigInt(condition.amount))) {
        return `${who} sent ${amount} of ${asset}; the condition is ${Ft[condition.conditionCode]} ${condition.amount}.`;
      }
      whole.add(`${who} ${asset}`);
    } else if (condition.conditionType === PostConditionType.NonFungible) {
      const item = `0x${Cl.serialize(condition.assetName)}`;
      const did = sent.get(who)?.get(asset)?.items.includes(item) ?? false;
      if (did !== (condition.conditionCode === Nft.Sends))
        return `${who} ${did ? 'sent' : 'did not send'} ${item} of ${asset}.`;
      single.add(`${who} ${asset} ${item}`);
    } else return 'Staking conditions: this chain has no staking.';
  }
  if (tx.postConditionMode === PostConditionMode.Allow) return undefined;
  for (const [who, assets] of sent) {
    if (tx.postConditionMode === PostConditionMode.Originator && who !== origin) continue;
    for (const [asset, { items }] of assets) {
      const covered =
        items.length > 0 ? items.every((item) => single.has(`${who} ${asset} ${item}`)) : whole.has(`${who} ${asset}`);
      if (!covered) return `${who} sent ${asset}, and no condition speaks of it.`;
    }
  }
  return undefined;
}
