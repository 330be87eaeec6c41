import { STACKS_MAINNET } from '@stacks/network';
import {
  broadcastTransaction,
  Cl,
  createCoinbasePayload,
  makeContractCall,
  makeContractDeploy,
  makeSTXTokenTransfer,
  makeUnsignedSTXTokenTransfer,
  PostConditionMode,
  privateKeyToPublic,
  publicKeyToHex,
  type SingleSigSpendingCondition,
  type StacksTransactionWire,
  sponsorTransaction,
  TransactionSigner,
} from '@stacks/transactions';
import { afterEach, describe, expect, it } from 'vitest';
import { alice, bob, call, clear, key, type Net, networkOf, post, send, start, withBank } from './fixture.ts';
import { decodeTx } from './transactions.ts';

afterEach(clear);

const SECP256K1_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const refusal = async (net: Net, transaction: StacksTransactionWire) =>
  (await broadcastTransaction({ transaction, network: networkOf(net) })) as unknown as {
    reason: string;
    reason_data: Record<string, unknown>;
    txid: string;
  };
const transfer = (net: Net, more: object = {}) =>
  makeSTXTokenTransfer({
    recipient: bob.address,
    amount: 1n,
    senderKey: alice.key,
    network: networkOf(net),
    fee: 500,
    nonce: 0,
    ...more,
  });
const single = (tx: StacksTransactionWire) => tx.auth.spendingCondition as SingleSigSpendingCondition;

describe('a transaction is refused', () => {
  it('for its signature, chain or form', async () => {
    const net = await start();
    const high = await transfer(net);
    const { data } = single(high).signature;
    const s = SECP256K1_ORDER - BigInt(`0x${data.slice(66)}`);
    const flipped = (Number.parseInt(data.slice(0, 2), 16) ^ 1).toString(16).padStart(2, '0');
    single(high).signature.data = flipped + data.slice(2, 66) + s.toString(16).padStart(64, '0');
    expect(await refusal(net, high)).toMatchObject({
      reason: 'SignatureValidation',
      reason_data: { message: 'Invalid signature: high-S' },
    });
    const tampered = await transfer(net);
    single(tampered).fee = 600n;
    expect((await refusal(net, tampered)).reason_data.message).toContain('Signer hash does not equal');
    const elsewhere = await transfer(net, { network: { ...networkOf(net), chainId: 7 } });
    expect((await refusal(net, elsewhere)).reason_data.message).toContain('invalid chain ID 7 (expected 2147483648)');
    const mainnet = await transfer(net, {
      network: { ...STACKS_MAINNET, client: networkOf(net).client },
      recipient: 'SP000000000000000000002Q6VF78',
    });
    expect((await refusal(net, mainnet)).reason).toBe('BadTransactionVersion');
    const coinbase = await transfer(net);
    (coinbase as { payload: unknown }).payload = createCoinbasePayload(new Uint8Array(32));
    expect((await refusal(net, coinbase)).reason).toBe('NoCoinbaseViaMempool');
    const trailing = await post(net, '/v2/transactions', { tx: `${(await transfer(net)).serialize()}00` });
    expect(trailing).toMatchObject({ status: 400, body: { error: 'transaction rejected', reason: 'Deserialization' } });
    expect((await post(net, '/v2/transactions', { tx: 'zz' })).body.reason).toBe('Deserialization');
    expect((await post(net, '/v2/transactions', {})).status).toBe(400);
    const wrongType = await fetch(`${net.url}/v2/transactions`, { method: 'POST', body: 'x' });
    expect(wrongType.status).toBe(415);
    expect(net.chain.mempool.size).toBe(0);
  });

  it('for its sender’s nonce and money', async () => {
    const net = await start();
    await send(net, await transfer(net));
    const stale = await refusal(net, await transfer(net, { amount: 2n }));
    expect(stale).toMatchObject({
      reason: 'BadNonce',
      reason_data: { expected: 1, actual: 0, is_origin: true, principal: alice.address },
    });
    expect(stale.txid).toMatch(/^[0-9a-f]{64}$/);
    expect(await refusal(net, await transfer(net, { nonce: 28 }))).toMatchObject({
      reason: 'TooMuchChaining',
      reason_data: { expected: 27, actual: 28, is_origin: true, principal: alice.address },
    });
    const fee = (await transfer(net)).serialize().length / 2;
    expect(await refusal(net, await transfer(net, { nonce: 1, fee: fee - 1 }))).toMatchObject({
      reason: 'FeeTooLow',
      reason_data: { expected: fee, actual: fee - 1 },
    });
    const owned = net.chain.balance(alice.address);
    const word = (value: bigint) => `0x${value.toString(16).padStart(32, '0')}`;
    expect(await refusal(net, await transfer(net, { nonce: 1, amount: owned }))).toMatchObject({
      reason: 'NotEnoughFunds',
      reason_data: { expected: word(owned + 500n), actual: word(owned) },
    });
    await broadcastTransaction({ transaction: await transfer(net, { nonce: 3 }), network: networkOf(net) });
    expect((await refusal(net, await transfer(net, { nonce: 3, amount: 2n }))).reason).toBe(
      'ConflictingNonceInMempool',
    );
    expect((await refusal(net, await transfer(net, { nonce: 1, amount: 0n }))).reason).toBe(
      'TransferAmountMustBePositive',
    );
    const foreign = 'SP000000000000000000002Q6VF78';
    expect((await refusal(net, await transfer(net, { nonce: 1, recipient: foreign }))).reason).toBe(
      'BadAddressVersionByte',
    );
  });

  it('for what it calls or publishes', async () => {
    const net = await withBank();
    const bad = async (fn: string, args: Parameters<typeof call>[2]) =>
      (await refusal(net, await call(net, fn, args))).reason_data?.message;
    expect(await bad('pay', [Cl.uint(1)])).toBe('expecting 2 arguments, got 1');
    expect(await bad('pay', [Cl.int(1), Cl.principal(bob.address)])).toBe(
      "expecting expression of type 'uint', found '1'",
    );
    expect(await bad('pay', [Cl.uint(1), Cl.none()])).toContain("expecting expression of type 'principal'");
    const again = await makeContractDeploy({
      contractName: 'bank',
      codeBody: '(define-read-only (f) u1)',
      senderKey: alice.key,
      network: networkOf(net),
      fee: 500,
    });
    expect(await refusal(net, again)).toMatchObject({
      reason: 'ContractAlreadyExists',
      reason_data: { contract_identifier: `${alice.address}.bank` },
    });
  });
});

describe('others may', () => {
  it('pay the fee', async () => {
    const net = await withBank();
    const make = async (sponsorNonce: number, nonce = 1) => {
      const transaction = await makeContractCall({
        contractAddress: alice.address,
        contractName: 'bank',
        functionName: 'pay',
        functionArgs: [Cl.uint(5), Cl.principal(bob.address)],
        senderKey: alice.key,
        network: networkOf(net),
        fee: 0,
        nonce,
        sponsored: true,
        postConditionMode: PostConditionMode.Allow,
      });
      const sponsorPrivateKey = bob.key;
      return sponsorTransaction({ transaction, sponsorPrivateKey, fee: 900, sponsorNonce, network: networkOf(net) });
    };
    const before = net.chain.balance(alice.address);
    const done = await send(net, await make(0));
    expect(done).toMatchObject({
      tx_status: 'success',
      sponsored: true,
      sponsor_address: bob.address,
      fee_rate: '900',
      sender_address: alice.address,
    });
    expect(before - net.chain.balance(alice.address)).toBe(5n);
    expect(net.chain.balance(bob.address)).toBe(1_000_000_000n + 5n - 900n);
    expect([net.chain.nonce(alice.address), net.chain.nonce(bob.address)]).toEqual([2n, 1n]);
    expect(await refusal(net, await make(0, 2))).toMatchObject({
      reason: 'BadNonce',
      reason_data: { is_origin: false, principal: bob.address, expected: 1, actual: 0 },
    });
    const forged = await make(1, 2);
    (forged.auth as { sponsorSpendingCondition: { fee: bigint } }).sponsorSpendingCondition.fee = 901n;
    expect((await refusal(net, forged)).reason).toBe('SignatureValidation');
    net.devnet.reorg(1);
    expect([net.chain.nonce(alice.address), net.chain.nonce(bob.address)]).toEqual([2n, 1n]);
  });

  it('sign with you', async () => {
    const net = await start();
    const keys = ['one', 'two', 'three'].map(key);
    const publicKeys = keys.map((one) => publicKeyToHex(privateKeyToPublic(one)));
    const make = async (useNonSequentialMultiSig: boolean, signatures: number, nonce: number) => {
      const transaction = await makeUnsignedSTXTokenTransfer({
        recipient: bob.address,
        amount: 11n,
        numSignatures: 2,
        publicKeys,
        network: networkOf(net),
        fee: 800,
        nonce,
        useNonSequentialMultiSig,
      });
      const signer = new TransactionSigner(transaction);
      for (const one of keys.slice(0, signatures)) signer.signOrigin(one);
      for (const rest of publicKeys.slice(signatures)) signer.appendOrigin(rest);
      return transaction;
    };
    const first = await make(false, 2, 0);
    const { sender } = decodeTx(first.serialize());
    expect((await refusal(net, first)).reason).toBe('NotEnoughFunds');
    await post(net, '/devnet/faucet', { address: sender, amount: '100000' });
    expect((await send(net, first)).tx_status).toBe('success');
    expect((await send(net, await make(true, 2, 1))).tx_status).toBe('success');
    expect(net.chain.balance(sender)).toBe(100_000n - 2n * 811n);
    for (const nonSequential of [false, true])
      expect((await refusal(net, await make(nonSequential, 1, 2))).reason_data.message).toBe(
        'Incorrect number of signatures',
      );
  });
});

describe('a transaction waits', () => {
  it('when its sender can no longer pay, and goes on when there is money', async () => {
    const net = await start();
    await post(net, '/devnet/speed', { paused: true });
    const owned = net.chain.balance(alice.address);
    for (const [nonce, amount] of [
      [0, owned - 600n],
      [1, 1n],
    ] as const)
      await broadcastTransaction({ transaction: await transfer(net, { nonce, amount }), network: networkOf(net) });
    net.devnet.mine();
    net.devnet.mine();
    expect(net.chain.balance(alice.address)).toBe(100n);
    expect([net.chain.nonce(alice.address), net.chain.mempool.size]).toEqual([1n, 1]);
    await post(net, '/devnet/faucet', { address: alice.address, amount: '1000' });
    net.devnet.mine();
    expect([net.chain.nonce(alice.address), net.chain.mempool.size]).toEqual([2n, 0]);
    expect(net.chain.balance(alice.address)).toBe(1100n - 501n);
  });
});
