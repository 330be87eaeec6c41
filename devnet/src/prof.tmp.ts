import { STACKS_DEVNET } from '@stacks/network';
import { Cl, getAddressFromPrivateKey, makeContractCall, Pc } from '@stacks/transactions';
import { Devnet } from '@wattconnect/devnet';
import { Keys } from '@wattconnect/protocol';

const SOURCE = `
(define-map trades uint { seller: principal, buyer: principal, amount: uint })
(define-data-var last uint u0)
(define-public (open (seller principal) (amount uint))
  (let ((id (+ u1 (var-get last))))
    (try! (stx-transfer? amount tx-sender current-contract))
    (map-set trades id { seller: seller, buyer: tx-sender, amount: amount })
    (var-set last id)
    (print { topic: "trade-opened", id: id, seller: seller, buyer: tx-sender, amount: amount, at: stacks-block-time })
    (ok id)))`;
const S = 20,
  N = Number(process.argv[2] ?? 1000);
const senders = Array.from({ length: S }, (_, i) => {
  const key = Keys.development(`buyer-${i}`);
  return { key, address: getAddressFromPrivateKey(key, 'testnet') };
});
const D = Keys.address(Keys.development('deployer'));
const devnet = await Devnet.create({
  data: '/tmp/dv/rp',
  fresh: process.argv[3] === 'w',
  genesisTime: 1_800_000_000,
  accounts: senders.map(({ address }) => ({ address, balance: 10n ** 13n })),
  contracts: [{ name: 'escrow', source: SOURCE }],
});
if (process.argv[3] === 'r') {
  console.log(devnet.chain.tip.height, performance.now());
  devnet.close();
  process.exit(0);
}
const signed = [];
for (let i = 0; i < N; i++) {
  const { key, address } = senders[i % S]!;
  signed.push(
    (
      await makeContractCall({
        contractAddress: D,
        contractName: 'escrow',
        functionName: 'open',
        functionArgs: [Cl.principal(D), Cl.uint(5)],
        senderKey: key,
        network: STACKS_DEVNET,
        fee: 1000,
        nonce: Math.floor(i / S),
        postConditionMode: 'deny',
        postConditions: [Pc.principal(address).willSendEq(5).ustx()],
      })
    ).serialize(),
  );
}
let a = 0,
  b = 0;
for (let i = 0; i < N; i += S) {
  let t = performance.now();
  for (const x of signed.slice(i, i + S)) devnet.chain.submit(x);
  a += performance.now() - t;
  t = performance.now();
  devnet.mine();
  b += performance.now() - t;
  if ((i / S) % 10 === 9) {
    console.log(i, 'submit', (a / S / 10).toFixed(3), 'mine', (b / S / 10).toFixed(3), devnet.chain.memory);
    a = b = 0;
  }
}
devnet.close();
