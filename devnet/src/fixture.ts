// What the tests of the chain share: two accounts, a contract, and hands to act on it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { STACKS_DEVNET } from '@stacks/network';
import {
  broadcastTransaction,
  Cl,
  type ClarityValue,
  fetchCallReadOnlyFunction,
  getAddressFromPrivateKey,
  makeContractCall,
  makeContractDeploy,
} from '@stacks/transactions';
import { expect } from 'vitest';
import { startDevnet } from './index.ts';

export const key = (name: string) => `${Buffer.from(name.padEnd(32, '.')).toString('hex')}01`;
export const alice = { key: key('alice'), address: getAddressFromPrivateKey(key('alice'), 'testnet') };
export const bob = { key: key('bob'), address: getAddressFromPrivateKey(key('bob'), 'testnet') };
export const GENESIS = 1_700_000_000;
const accounts = [alice, bob].map(({ address }) => ({ address, balance: 1_000_000_000n }));
export const SOURCE = `
(define-fungible-token gold)
(define-non-fungible-token deed uint)
(define-map last-of principal uint)
(define-data-var count uint u0)
(define-public (pay (amount uint) (to principal)) (begin (map-set last-of tx-sender amount) (var-set count (+ u1 (var-get count))) (print { topic: "paid", amount: amount }) (stx-transfer? amount tx-sender to)))
(define-public (mine-gold (amount uint)) (ft-mint? gold amount tx-sender))
(define-public (send-gold (amount uint) (to principal)) (ft-transfer? gold amount tx-sender to))
(define-public (claim (id uint)) (nft-mint? deed id tx-sender))
(define-public (give (id uint) (to principal)) (nft-transfer? deed id tx-sender to))
(define-public (refuse) (begin (var-set count u999) (err u42)))
(define-public (boom) (begin (var-set count u999) (ok (/ u1 u0))))
(define-public (now) (ok stacks-block-time))
(define-read-only (get-count) (var-get count))`;

export type Net = Awaited<ReturnType<typeof startDevnet>>;
export const open: Net[] = [];
const folders: string[] = [];
export const start = async (options: Parameters<typeof startDevnet>[0] = {}) => {
  const net = await startDevnet({ port: 0, genesisTime: GENESIS, accounts, ...options });
  open.push(net);
  return net;
};
export const folder = () => {
  const path = mkdtempSync(join(tmpdir(), 'devnet-test-'));
  folders.push(path);
  return path;
};
/** To be called after each test. */
export async function clear(): Promise<void> {
  await Promise.all(open.splice(0).map((net) => net.close()));
  for (const path of folders.splice(0)) rmSync(path, { recursive: true, force: true });
}

export const networkOf = ({ url }: { url: string }) => ({
  ...STACKS_DEVNET,
  client: { ...STACKS_DEVNET.client, baseUrl: url },
});
export const get = async (net: { url: string }, path: string) => (await fetch(net.url + path)).json();
export const post = async (net: { url: string }, path: string, body: unknown) => {
  const response = await fetch(net.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
};
export async function included(net: { url: string }, txid: string) {
  for (let i = 0; i < 500; i++) {
    const tx = await get(net, `/extended/v1/tx/0x${txid.replace(/^0x/, '')}`);
    if (tx.tx_status !== 'pending' && !tx.error) return tx;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`${txid} was never mined`);
}
export const call = (
  net: Net,
  functionName: string,
  functionArgs: ClarityValue[],
  more: Partial<Parameters<typeof makeContractCall>[0]> = {},
) =>
  makeContractCall({
    contractAddress: alice.address,
    contractName: 'bank',
    functionName,
    functionArgs,
    senderKey: alice.key,
    network: networkOf(net),
    fee: 2000,
    ...more,
  } as Parameters<typeof makeContractCall>[0]);
export const send = async (net: Net, tx: Awaited<ReturnType<typeof call>>) => {
  const answer = await broadcastTransaction({ transaction: tx, network: networkOf(net) });
  if (!('txid' in answer) || 'reason' in answer) throw Object.assign(new Error('rejected'), { answer });
  return included(net, answer.txid);
};
export const rejected = async (net: Net, tx: Awaited<ReturnType<typeof call>>) =>
  (await broadcastTransaction({ transaction: tx, network: networkOf(net) })) as { reason: string };
export async function withBank(options?: Parameters<typeof startDevnet>[0]) {
  const net = await start(options);
  const deployed = await send(
    net,
    await makeContractDeploy({
      contractName: 'bank',
      codeBody: SOURCE,
      senderKey: alice.key,
      network: networkOf(net),
      fee: 5000,
      clarityVersion: 5,
    }),
  );
  expect(deployed.tx_status).toBe('success');
  return net;
}
export const count = async (net: Net) =>
  Cl.prettyPrint(
    await fetchCallReadOnlyFunction({
      contractAddress: alice.address,
      contractName: 'bank',
      functionName: 'get-count',
      functionArgs: [],
      senderAddress: bob.address,
      network: networkOf(net),
    }),
  );
