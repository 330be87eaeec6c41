/** A chain with the eight contracts on it, and hands to act on it: for tests of everything that reads or writes the chain. */

import { Cl, makeContractCall, makeContractDeploy, PostConditionMode } from '@stacks/transactions';
import { type Call, ContractError, type ContractEvent, Contracts, decodeEvent } from '@wattconnect/contracts';
import { deploymentPlan } from '@wattconnect/contracts/sources';
import { Keys } from '@wattconnect/protocol';
import { type DevnetOptions, startDevnet } from './devnet.ts';

const FUNDS = 10n ** 12n;
const FEE = 5000n;
export const DEPLOYER = Keys.address(Keys.development('deployer'));
const OFFICIALS = [
  'deployer',
  'certifier',
  'meter-reader',
  'guardian',
  'utility',
  'keeper',
  'operator-0',
  'operator-1',
  'operator-2',
];

export type Done = {
  txid: string;
  ok: boolean /** Code of an err response. */;
  code: bigint | undefined;
  events: ContractEvent[];
};

/** @param people development key names that own money from the beginning */
export async function startMarket({ people = [], ...options }: DevnetOptions & { people?: string[] } = {}) {
  const net = await startDevnet({
    port: 0,
    genesisTime: 1_800_000_000,
    accounts: [...OFFICIALS, ...people].map((name) => ({ address: address(name), balance: FUNDS })),
    ...options,
  });
  const names = new Map(Contracts.map((name) => [`${DEPLOYER}.${name}`, name]));

  /** Submits and mines at once. */
  async function submit(hex: string): Promise<Done> {
    const { txid } = await net.devnet.submit(hex);
    for (let i = 0; i < 1000 && !net.chain.receipt(txid); i++) await new Promise((resolve) => setImmediate(resolve));
    const found = net.chain.receipt(txid);
    if (!found) throw new Error(`${txid} was not mined: its nonce is ahead.`);
    const { status, result, events } = found.receipt;
    const value = Cl.deserialize(result);
    const code = value.type === 'err' && value.value.type === 'uint' ? BigInt(value.value.value) : undefined;
    return {
      txid,
      ok: status === 'success',
      code,
      events: events.flatMap(({ event, data }) =>
        event === 'print_event'
          ? (decodeEvent(names.get(String(data.contract_identifier)) ?? '', String(data.raw_value)) ?? [])
          : [],
      ),
    };
  }

  /** A call signed by a development key; throws what the contract says when it refuses. */
  async function send(who: string, call: Call): Promise<Done> {
    const key = Keys.development(who);
    const tx = await makeContractCall({
      contractAddress: DEPLOYER,
      ...call,
      senderKey: key,
      network: 'devnet',
      fee: FEE,
      nonce: net.chain.nextNonce(Keys.address(key)),
      postConditionMode: PostConditionMode.Allow,
      validateWithAbi: false,
    });
    const done = await submit(tx.serialize());
    if (!done.ok) throw new ContractError(done.code);
    return done;
  }

  const { contracts, bootstrap } = deploymentPlan('devnet');
  const key = Keys.development('deployer');
  for (const { name, source, clarityVersion } of contracts) {
    const tx = await makeContractDeploy({
      contractName: name,
      codeBody: source,
      clarityVersion,
      senderKey: key,
      network: 'devnet',
      fee: 200_000n,
      nonce: net.chain.nextNonce(DEPLOYER),
    });
    const done = await submit(tx.serialize());
    if (!done.ok) throw new Error(`${name} was not deployed.`);
  }
  await send('deployer', {
    contractName: 'governance-dao',
    functionName: 'construct',
    functionArgs: [Cl.principal(`${DEPLOYER}.${bootstrap}`)],
  });
  return {
    ...net,
    send,
    /** Passes chain time until then. */ until: (unixSeconds: number) => net.devnet.advance(unixSeconds),
  };
}
export type Market = Awaited<ReturnType<typeof startMarket>>;

export function address(name: string): string {
  return Keys.address(Keys.development(name));
}
