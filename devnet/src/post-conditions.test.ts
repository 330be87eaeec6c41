import {
  Cl,
  type ClarityValue,
  makeContractCall,
  makeContractDeploy,
  Pc,
  type PostCondition,
  PostConditionMode,
} from '@stacks/transactions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alice, bob, clear, type Net, networkOf, post, send, start } from './fixture.ts';

const { Allow, Deny, Originator } = PostConditionMode;
const VAULT = `${alice.address}.vault` as const;
const SOURCE = `
(define-fungible-token gold)
(define-non-fungible-token deed uint)
(define-data-var moves uint u0)
(define-private (moved) (var-set moves (+ u1 (var-get moves))))
(define-public (mint (amount uint) (to principal)) (ft-mint? gold amount to))
(define-public (claim (id uint) (to principal)) (nft-mint? deed id to))
(define-public (put (amount uint)) (begin (moved) (stx-transfer? amount tx-sender current-contract)))
(define-public (take (amount uint) (to principal))
  (begin (moved) (as-contract? ((with-stx amount)) (try! (stx-transfer? amount tx-sender to)))))
(define-public (both (amount uint) (to principal)) (begin (try! (put amount)) (take amount to)))
(define-public (pour (amount uint)) (begin (moved) (stx-burn? amount tx-sender)))
(define-public (melt (amount uint)) (begin (moved) (ft-burn? gold amount tx-sender)))
(define-public (send-gold (amount uint) (to principal)) (begin (moved) (ft-transfer? gold amount tx-sender to)))
(define-public (put-gold (amount uint)) (send-gold amount current-contract))
(define-public (take-gold (amount uint) (to principal))
  (begin (moved) (as-contract? ((with-ft current-contract "gold" amount)) (try! (ft-transfer? gold amount tx-sender to)))))
(define-public (tear (id uint)) (begin (moved) (nft-burn? deed id tx-sender)))
(define-public (give (id uint) (to principal)) (begin (moved) (nft-transfer? deed id tx-sender to)))
(define-public (give-two (a uint) (b uint) (to principal)) (begin (try! (give a to)) (give b to)))
(define-read-only (balance (who principal)) (ft-get-balance gold who))
(define-read-only (owner (id uint)) (nft-get-owner? deed id))
(define-public (refuse (amount uint)) (begin (try! (put amount)) (err u9)))`;

const goldOf = (net: Net, who: string) => net.chain.read(VAULT, 'balance', [Cl.principal(who)], alice.address).result;

/** Everything that a transaction could have changed. */
const look = (net: Net) => ({
  alice: net.chain.balance(alice.address),
  bob: net.chain.balance(bob.address),
  vault: net.chain.balance(VAULT),
  moves: net.chain.dataVar(VAULT, 'moves'),
  gold: [alice.address, bob.address, VAULT].map((who) => goldOf(net, who)),
  deeds: [1, 2, 3, 4, 5, 6].map((id) => net.chain.read(VAULT, 'owner', [Cl.uint(id)], alice.address).result),
});

describe('post-conditions', () => {
  let net: Net;
  const FEE = 1500n;
  const run = async (fn: string, functionArgs: ClarityValue[], mode = Allow, postConditions: PostCondition[] = []) =>
    send(
      net,
      await makeContractCall({
        contractAddress: alice.address,
        contractName: 'vault',
        functionName: fn,
        functionArgs,
        senderKey: alice.key,
        network: networkOf(net),
        fee: FEE,
        postConditionMode: mode,
        postConditions,
      }),
    );
  /** `true`: it goes through; else nothing may have changed but the fee. */
  const expectOf = async (
    goes: boolean,
    fn: string,
    args: ClarityValue[],
    mode: PostConditionMode,
    conditions: PostCondition[],
  ) => {
    const before = look(net);
    const tx = await run(fn, args, mode, conditions);
    expect([fn, tx.tx_status, tx.vm_error]).toEqual([
      fn,
      goes ? 'success' : 'abort_by_post_condition',
      goes ? null : expect.stringContaining('Post-condition check failure'),
    ]);
    const after = look(net);
    if (goes) expect(after).not.toEqual({ ...before, alice: after.alice });
    else expect(after).toEqual({ ...before, alice: before.alice - FEE });
  };
  const me = Pc.principal(alice.address);
  const vault = Pc.principal(VAULT);
  const to = Cl.principal(bob.address);

  beforeAll(async () => {
    net = await start();
    await send(
      net,
      await makeContractDeploy({
        contractName: 'vault',
        codeBody: SOURCE,
        clarityVersion: 6,
        senderKey: alice.key,
        fee: 5000,
        network: networkOf(net),
      }),
    );
    await run('mint', [Cl.uint(1000), Cl.principal(alice.address)]);
    for (const id of [1, 2, 3, 4, 5, 6]) await run('claim', [Cl.uint(id), Cl.principal(alice.address)]);
    await run('put', [Cl.uint(100_000)]);
    await run('put-gold', [Cl.uint(100)]);
  });
  afterAll(clear);

  it('on microSTX: what is sent, burned, and by whom', async () => {
    const args = [Cl.uint(50)];
    for (const [goes, condition] of [
      [true, me.willSendEq(50).ustx()],
      [false, me.willSendEq(49).ustx()],
      [true, me.willSendGt(49).ustx()],
      [false, me.willSendGt(50).ustx()],
      [true, me.willSendGte(50).ustx()],
      [false, me.willSendGte(51).ustx()],
      [true, me.willSendLt(51).ustx()],
      [false, me.willSendLt(50).ustx()],
      [true, me.willSendLte(50).ustx()],
      [false, me.willSendLte(49).ustx()],
      [true, Pc.origin().willSendEq(50).ustx()],
      [false, Pc.origin().willSendEq(51).ustx()],
    ] as const) {
      await expectOf(goes, 'put', args, Deny, [condition]);
      await expectOf(goes, 'put', args, Allow, [condition]);
      await expectOf(goes, 'pour', args, Originator, [condition]);
    }
    await expectOf(false, 'pour', args, Deny, []);
    await expectOf(false, 'put', args, Originator, []);
    await expectOf(true, 'pour', args, Allow, []);
  });

  it('on microSTX that a contract sends', async () => {
    const args = [Cl.uint(7), to];
    await expectOf(false, 'take', args, Deny, []);
    await expectOf(true, 'take', args, Originator, []);
    await expectOf(true, 'take', args, Deny, [vault.willSendEq(7).ustx()]);
    await expectOf(false, 'take', args, Allow, [vault.willSendEq(8).ustx()]);
    await expectOf(false, 'take', args, Deny, [me.willSendEq(7).ustx()]);
    await expectOf(false, 'both', args, Deny, [me.willSendEq(7).ustx()]);
    await expectOf(true, 'both', args, Deny, [me.willSendEq(7).ustx(), vault.willSendLte(7).ustx()]);
    await expectOf(true, 'both', args, Originator, [me.willSendEq(7).ustx()]);
    // Two conditions on one asset must both hold.
    await expectOf(false, 'both', args, Allow, [me.willSendGte(1).ustx(), me.willSendLt(7).ustx()]);
  });

  it('on tokens: sent, burned, and by a contract', async () => {
    const gold = (who: typeof me, amount: number) => who.willSendEq(amount).ft(VAULT, 'gold');
    const args = [Cl.uint(5), to];
    await expectOf(false, 'send-gold', args, Deny, []);
    await expectOf(true, 'send-gold', args, Deny, [gold(me, 5)]);
    await expectOf(false, 'send-gold', args, Allow, [gold(me, 6)]);
    await expectOf(false, 'send-gold', args, Deny, [me.willSendEq(5).ft(VAULT, 'silver')]);
    await expectOf(false, 'send-gold', args, Deny, [me.willSendEq(0).ustx()]);
    await expectOf(true, 'melt', [Cl.uint(3)], Deny, [gold(me, 3)]);
    await expectOf(false, 'melt', [Cl.uint(3)], Originator, []);
    await expectOf(false, 'take-gold', args, Deny, [gold(me, 0)]);
    await expectOf(true, 'take-gold', args, Deny, [gold(vault, 5)]);
    await expectOf(true, 'take-gold', args, Originator, []);
    await expectOf(true, 'mint', [Cl.uint(1), to], Deny, []); // minting is not sending
  });

  it('on single items: each that moves must be named', async () => {
    const deed = (who: typeof me, id: number) => who.willSendAsset().nft(VAULT, 'deed', Cl.uint(id));
    const keep = (id: number) => me.willNotSendAsset().nft(VAULT, 'deed', Cl.uint(id));
    const maybe = (id: number) => me.willMaybeSendAsset().nft(VAULT, 'deed', Cl.uint(id));
    const two = [Cl.uint(1), Cl.uint(2), to];
    await expectOf(false, 'give-two', two, Deny, [deed(me, 1)]);
    await expectOf(false, 'give-two', two, Originator, [deed(me, 2)]);
    await expectOf(false, 'give-two', two, Allow, [keep(2)]);
    await expectOf(false, 'give-two', two, Allow, [deed(me, 3)]);
    await expectOf(true, 'give-two', two, Deny, [deed(me, 1), deed(me, 2)]);
    await expectOf(false, 'tear', [Cl.uint(3)], Deny, []);
    await expectOf(true, 'tear', [Cl.uint(3)], Deny, [deed(me, 3)]);
    await expectOf(true, 'give', [Cl.uint(4), to], Deny, [maybe(4)]);
    await expectOf(true, 'give', [Cl.uint(5), to], Deny, [maybe(5), maybe(6), keep(6)]);
    await expectOf(false, 'give', [Cl.uint(6), to], Deny, [maybe(5)]);
  });

  it('on a call that ends in an error: nothing has moved', async () => {
    const before = look(net);
    const kept = await run('refuse', [Cl.uint(50)], Deny, [me.willSendLte(50).ustx()]);
    expect(kept).toMatchObject({ tx_status: 'abort_by_response', tx_result: { repr: '(err u9)' }, events: [] });
    const broken = await run('refuse', [Cl.uint(50)], Deny, [me.willSendEq(50).ustx()]);
    expect(broken).toMatchObject({ tx_status: 'abort_by_post_condition', tx_result: { repr: '(err u9)' } });
    expect(look(net)).toEqual({ ...before, alice: before.alice - 2n * FEE });
  });

  it('leave the chain as it was also when many abort in one block', async () => {
    await post(net, '/devnet/speed', { paused: true });
    const before = look(net);
    const first = Number(net.chain.nonce(alice.address));
    for (let i = 0; i < 20; i++) {
      const transaction = await makeContractCall({
        contractAddress: alice.address,
        contractName: 'vault',
        functionName: 'put',
        functionArgs: [Cl.uint(1)],
        senderKey: alice.key,
        network: networkOf(net),
        fee: FEE,
        nonce: first + i,
        postConditions: [me.willSendEq(i % 2).ustx()],
      });
      await net.devnet.submit(transaction.serialize());
    }
    net.devnet.mine();
    expect(net.chain.tip.receipts.map(({ status }) => status === 'success')).toEqual(
      Array.from({ length: 20 }, (_, i) => i % 2 === 1),
    );
    const after = look(net);
    expect([after.vault - before.vault, before.alice - after.alice]).toEqual([10n, 10n + 20n * FEE]);
    const number = (hex: string) => {
      const value = Cl.deserialize(hex);
      return value.type === 'uint' ? BigInt(value.value) : 0n;
    };
    expect(number(after.moves) - number(before.moves)).toBe(10n);
  });
});
