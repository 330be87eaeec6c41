import { readFileSync } from 'node:fs';
import { Cl } from '@stacks/transactions';
import { nodeSource } from '@wattconnect/chainhooks';
import { ContractError, type ContractName, call, decodeEvent, events, resultOf } from '@wattconnect/contracts';
import { address, DEPLOYER } from '@wattconnect/devnet/testing';
import { Bytes, Keys, Message, Slot } from '@wattconnect/protocol';
import { afterEach, describe, expect, it } from 'vitest';
import { decode } from '../decode.ts';
import { Indexer } from '../indexer.ts';
import { referenceDigest } from '../reference.ts';
import { serve } from '../server.ts';
import { SqliteStore } from '../store/sqlite.ts';
import { market, report, settle, trade } from '../test/chain.ts';
import { handled } from './index.ts';

/** Events that change no view of their own: they are told together with others that do, or are for operators of the contracts. */
const ONLY_LISTED: Record<string, string> = {
  'governance-dao paused-changed': 'in the list of events',
  'governance-dao peer-changed': 'in the list of events',
  'governance-dao guardian-changed': 'in the list of events',
  'energy-token transfer-memo': 'a memo is for its reader',
  'energy-token energy-handed-over': 'the market tells what it was for',
  'energy-token token-uri-changed': 'in the list of events',
  'energy-oracle productions-reported': 'each row is told by production-reported',
  'energy-oracle slot-curtailed': 'the final report of the slot says it',
  'energy-oracle operators-changed': 'in the list of events',
  'energy-oracle operators-named': 'in the list of events',
  'energy-oracle seat-vacated': 'in the list of events',
  'energy-oracle contradiction-proved': 'the slash is told by stake-slashed',
  'energy-oracle utility-changed': 'in the list of events',
  'energy-oracle row-refused': 'nothing came of it',
  'trade-escrow held': 'for an hour at most: read from the chain',
  'trade-escrow slot-final': 'told by production-final',
  'reputation-system delivery-fault': 'in the history of the household',
  'trade-escrow grid-operator-changed': 'in the list of events',
  'trade-escrow reputation-refused': 'in the list of events',
  'governance-dao treasury-asset-paid': 'balances in assets are read from the chain',
  'trade-escrow asset-changed': 'in the list of events',
  'trade-escrow asset-deposited': 'balances in assets are read from the chain',
  'trade-escrow asset-withdrawn': 'balances in assets are read from the chain',
  'trade-escrow asset-paid-out': 'balances in assets are read from the chain',
  'trade-escrow asset-fees-swept': 'balances in assets are read from the chain',
  'marketplace batch-matched': 'each trade is told by trade-opened',
  'marketplace row-refused': 'nothing came of it',
  'dispute-resolution reputation-refused': 'in the list of events',
  'trade-escrow row-refused': 'nothing came of it',
};

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

describe('events', () => {
  it('are all in a view, or named here with the reason why not', () => {
    const all = Object.entries(events).flatMap(([contract, topics]) =>
      Object.keys(topics).map((topic) => `${contract} ${topic}`),
    );
    // The same topic may be another contract's too; some contracts set their peers with an event of one name.
    const forgotten = all.filter(
      (name) => !handled.has(name) && !(name in ONLY_LISTED) && !name.endsWith(' peer-changed'),
    );
    expect(forgotten).toEqual([]);
    expect([...handled, ...Object.keys(ONLY_LISTED)].filter((name) => !all.includes(name))).toEqual([]);
  });
});

describe('the kinds of history', () => {
  it('are those that METHODOLOGY.md lists', () => {
    const text = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');
    const code = text('./history.ts');
    const written = [...code.matchAll(/kind: '([a-z-]+)'|'([a-z-]+)', (?:\{|subject)|\? '([a-z-]+)' : '([a-z-]+)'/g)];
    const kinds = new Set(written.flatMap(([, ...found]) => found.filter((one) => one !== undefined)));
    // These take the name of their event.
    for (const [, cases] of code.matchAll(/((?:case '[a-z-]+':\s+)+)return \[\{[^}]*kind: event\.topic/g))
      for (const [, topic] of cases!.matchAll(/'([a-z-]+)'/g)) kinds.add(topic!);
    const listed = /Its kinds:\n\n(.+)\n/.exec(text('../../METHODOLOGY.md'))![1]!.match(/[a-z-]{3,}/g)!;
    expect(listed.filter((kind) => !code.includes(`'${kind}'`))).toEqual([]);
    expect([...kinds].filter((kind) => !listed.includes(kind))).toEqual(['upheld', 'rejected']);
  });
});

describe('a trade whose buyer has confirmed', () => {
  it('has its money at once and its energy when the hour is final, and neither twice', async () => {
    const net = await market();
    closers.push(() => net.close());
    const { slot, id } = await trade(net);
    await report(net, slot, 1600n);
    await net.send('home-b', call.tradeEscrow.confirmReceipt({ id }));
    const indexer = new Indexer(new SqliteStore(), DEPLOYER);
    closers.push(() => indexer.store.close());
    const source = nodeSource(net.url);
    await indexer.sync(source);
    const rows = () => {
      const at = indexer.store.reader();
      return {
        trade: at.get('Trade', String(id))!,
        seller: at.get('Household', address('home-a'))!,
        buyer: at.get('Household', address('home-b'))!,
        all: at.get('Community', 'all')!,
      };
    };
    const early = rows();
    expect(early.trade).toMatchObject({ status: 'confirmed', deliveredWh: 1600n });
    expect(early.trade.confirmedTx).toMatch(/^0x/);
    expect(early.all).toMatchObject({ settled: 0n, deliveredWh: 0n, paidMicro: early.trade.paid });
    expect(early.seller).toMatchObject({ dueMicro: early.trade.paid, soldWh: 0n });

    await settle(net, slot, id);
    await indexer.sync(source);
    const late = rows();
    const { paid, fee, grid, refund, locked } = late.trade as Record<string, bigint>;
    expect([paid, fee, grid, refund]).toEqual([
      early.trade.paid,
      early.trade.fee,
      early.trade.grid,
      early.trade.refund,
    ]);
    expect(paid! + fee! + grid! + refund!).toBe(locked);
    expect(late.all).toMatchObject({ settled: 1n, deliveredWh: 1600n, paidMicro: paid, refundedMicro: refund });
    expect(late.seller).toMatchObject({ dueMicro: paid, earnedMicro: paid, soldWh: 1600n });
    expect(late.buyer).toMatchObject({ dueMicro: refund, dueWh: 1600n, boughtWh: 1600n });
    // Figures of the contract itself.
    const question = call.tradeEscrow.getAccount({ who: address('home-b') });
    const answer = await fetch(`${net.url}/v2/contracts/call-read/${DEPLOYER}/trade-escrow/get-account`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        sender: DEPLOYER,
        arguments: question.functionArgs.map((arg) => `0x${Cl.serialize(arg)}`),
      }),
    });
    const { result } = (await answer.json()) as { result: string };
    expect(resultOf('trade-escrow', 'get-account', Cl.deserialize(result))).toMatchObject({
      due: refund,
      dueWh: 1600n,
    });
  });
});

describe('a trade that is paid in an asset', () => {
  it('says in which one, counts its energy, and not a unit of its money as microSTX', async () => {
    const net = await market();
    closers.push(() => net.close());
    const asset = `${DEPLOYER}.test-dollar`;
    const [seller, buyer] = [address('home-a'), address('home-b')];
    await net.send('home-b', {
      // An asset is none of our contracts.
      contractName: 'test-dollar' as ContractName,
      functionName: 'mint',
      functionArgs: [Cl.uint(1_000_000), Cl.principal(buyer)],
    });
    await net.send('home-b', call.tradeEscrow.depositAsset({ asset, amount: 500_000n }));
    const slot = Slot.of(net.chain.time) + 6n;
    const [price, expiry] = [20_000n, BigInt(Slot.start(slot))];
    const ids: bigint[] = [];
    for (const id of [1n, 2n, 3n]) {
      const terms = { asset, slot, wh: 1000n, minWh: 1000n, mode: 0n, price, endPrice: price, expiry };
      await net.send('home-a', call.marketplace.createOfferIn(terms));
      const bought = { asset, id, revision: 1n, wh: 1000n, maxTotal: 1_000_000n };
      const { events: told } = await net.send('home-b', call.marketplace.acceptOfferIn(bought));
      for (const event of told) if (event.topic === 'trade-opened') ids.push(event.id);
    }
    const [cancelled, confirmed, settled] = ids as [bigint, bigint, bigint];
    const indexer = new Indexer(new SqliteStore(), DEPLOYER);
    closers.push(() => indexer.store.close());
    const views = async () => {
      await indexer.sync(nodeSource(net.url));
      const at = indexer.store.reader();
      for (const who of [seller, buyer])
        expect(at.get('Household', who)).toMatchObject({
          vaultMicro: 0n,
          lockedMicro: 0n,
          dueMicro: 0n,
          earnedMicro: 0n,
          spentMicro: 0n,
        });
      const money = { lockedMicro: 0n, paidMicro: 0n, feesMicro: 0n, gridMicro: 0n, refundedMicro: 0n };
      expect(at.get('Community', 'all')).toMatchObject(money);
      expect(await referenceDigest(indexer.store)).toBe(indexer.store.tip()!.digest);
      return (id: bigint) => at.get('Trade', String(id))!;
    };
    const open = await views();
    expect(ids.map((id) => open(id))).toMatchObject(
      ids.map(() => ({ asset, origin: 'listed', status: 'open', price, cost: 20_000n, locked: 21_400n })),
    );
    await net.send('home-b', call.tradeEscrow.cancel({ id: cancelled }));
    await report(net, slot, 1000n);
    await net.send('home-b', call.tradeEscrow.confirmReceipt({ id: confirmed }));
    expect((await views())(confirmed)).toMatchObject({ status: 'confirmed', paid: 10_000n, asset });
    await settle(net, slot, settled);
    await net.send('keeper', call.tradeEscrow.settle({ id: confirmed }));
    await net.send('keeper', call.tradeEscrow.payoutAsset({ asset, who: seller }));
    const ended = await views();
    expect(ended(cancelled)).toMatchObject({ status: 'cancelled', asset, refund: 21_400n });
    for (const id of [confirmed, settled]) {
      const { paid, fee, grid, refund } = ended(id) as Record<string, bigint>;
      expect([paid, fee, grid, refund]).toEqual([10_000n, 500n, 200n, 10_700n]);
      expect(ended(id)).toMatchObject({ status: 'partially-settled', asset, deliveredWh: 500n });
    }
    expect(indexer.store.reader().get('Community', 'all')).toMatchObject({ settled: 2n, deliveredWh: 1000n });
  });
});

describe('an auction', () => {
  it('has its best posting, its trades and its bond', async () => {
    const net = await market(['home-a', 'home-b']);
    closers.push(() => net.close());
    await net.send('home-b', call.tradeEscrow.deposit({ amount: 5_000_000n }));
    const slot = Slot.of(net.chain.time) + 6n;
    const gate = Slot.start(slot) - 14_400;
    await net.until(gate - 3590);
    const cell = BigInt('0x871f0d4b5ffffff');
    const district = cell >> 30n;
    const signed = (
      maker: string,
      purpose: 'auction-offer' | 'auction-bid',
      wh: bigint,
      price: bigint,
      nonce: bigint,
    ) => {
      const order = { maker: address(maker), cell, wh, minWh: 1n, price, nonce, expiry: BigInt(Slot.start(slot)) };
      const domain = { chainId: Keys.CHAIN_ID.devnet, contract: `${DEPLOYER}.marketplace`, purpose };
      const signature = Message.sign(
        domain,
        Message.encodeOrder({ ...order, slot, asset: null }),
        Keys.development(maker),
      );
      return { order, signature };
    };
    const rows = (nonce: bigint, wh: bigint) => {
      const offer = signed('home-a', 'auction-offer', wh, 200_000n, nonce);
      const bid = signed('home-b', 'auction-bid', wh, 300_000n, nonce);
      return [{ offer: offer.order, offerSignature: offer.signature, bid: bid.order, bidSignature: bid.signature, wh }];
    };
    await net.send('home-a', call.marketplace.postAuction({ slot, district, rows: rows(1n, 1000n) }));
    await net.send('home-b', call.marketplace.postAuction({ slot, district, rows: rows(2n, 2000n) }));
    await net.until(gate - 1790);
    await net.send('keeper', call.marketplace.executeAuction({ slot, district, rows: rows(2n, 2000n) }));
    await net.send('keeper', call.marketplace.returnBond({ slot, district }));
    const indexer = new Indexer(new SqliteStore(), DEPLOYER);
    closers.push(() => indexer.store.close());
    await indexer.sync(nodeSource(net.url));
    const at = indexer.store.reader();
    expect(at.get('Auction', `${slot}-${district}`)).toMatchObject({
      slot,
      district,
      posting: 2n,
      postings: 2,
      poster: address('home-b'),
      bondMicro: 0n,
      rows: 1,
      volumeWh: 2000n,
      price: 250_000n,
      status: 'executed',
      trades: 1,
    });
    expect(at.get('Trade', '1')).toMatchObject({ origin: 'auction', signedNonce: 2n, bidNonce: 2n, price: 250_000n });
    expect(at.get('SignedFill', `${address('home-a')}-2`)).toMatchObject({ filledWh: 2000n });
    const { locked } = at.get('Trade', '1') as { locked: bigint };
    expect(at.get('Household', address('home-b'))).toMatchObject({ vaultMicro: 5_000_000n - locked });
    expect(await referenceDigest(indexer.store)).toBe(indexer.store.tip()!.digest);
  });
});

describe('a trade whose sides agree after a dispute', () => {
  it('has the money that they agreed on and the energy that was metered, with ratings and stakes beside it', async () => {
    const net = await market();
    closers.push(() => net.close());
    const [seller, buyer] = [address('home-a'), address('home-b')];
    await net.send('home-b', call.reputationSystem.stake({ amount: 700_000_000n }));
    await net.send('home-b', call.reputationSystem.unstake({ amount: 500_000_000n }));
    const { slot, id } = await trade(net);
    await report(net, slot, 1600n);
    const evidenceHash = new Uint8Array(32).fill(7);
    await net.send('home-b', call.disputeResolution.openDispute({ trade: id, claim: 1000n, evidenceHash }));
    await net.send('home-a', call.disputeResolution.respond({ id: 1n, agree: true, evidenceHash }));
    await net.until(net.chain.time + 3700);
    await net.send('keeper', call.tradeEscrow.finalize({ seller, slot }));
    await net.send('keeper', call.disputeResolution.resolveAutomatic({ id: 1n }));
    await net.send('home-b', call.disputeResolution.rate({ trade: id, stars: 2n, commentHash: evidenceHash }));
    const indexer = new Indexer(new SqliteStore(), DEPLOYER);
    closers.push(() => indexer.store.close());
    await indexer.sync(nodeSource(net.url));
    const at = indexer.store.reader();
    const row = at.get('Trade', String(id))!;
    const { paid, fee, grid, refund, cost, wh, locked } = row as Record<string, bigint>;
    expect(row).toMatchObject({ status: 'resolved', deliveredWh: 1600n });
    expect(paid).toBe((cost! * 1000n) / wh!);
    expect(paid! + fee! + grid! + refund!).toBe(locked);
    expect(at.get('Dispute', '1')).toMatchObject({
      claimant: buyer,
      respondent: seller,
      status: 'resolved',
      answer: 'agreed',
      how: 'agreement',
      upheld: true,
    });
    expect(at.get('Household', seller)).toMatchObject({ dueMicro: paid, ratingStars: 2, ratings: 1, soldWh: 1600n });
    expect(at.get('Household', buyer)).toMatchObject({ dueMicro: refund, dueWh: 1600n, boost: 200 });
    expect(at.get('Stake', buyer)).toMatchObject({ stakedMicro: 200_000_000n, leavingMicro: 500_000_000n, holds: 0 });
    expect(at.get('Rating', `${id}-${buyer}`)).toMatchObject({ of: seller, stars: 2, counted: true });
    expect(await referenceDigest(indexer.store)).toBe(indexer.store.tip()!.digest);
  });
});

describe('a jury', () => {
  const PEOPLE = ['juror-1', 'juror-2', 'juror-3', 'juror-4', 'juror-5'];
  const [seller, buyer] = [address('home-a'), address('home-b')];
  const evidenceHash = new Uint8Array(32).fill(7);
  const salt = new Uint8Array(32).fill(8);
  const KINDS = [
    'jury-called',
    'jury-drawn',
    'jury-failed',
    'vote-committed',
    'vote-revealed',
    'jury-concluded',
    'juror-enrolled',
    'juror-left',
  ];

  it('is told to both parties and to each of its jurors, step by step', async () => {
    const net = await market(['home-a', 'home-b'], [], PEOPLE);
    closers.push(() => net.close());
    const indexer = new Indexer(new SqliteStore(), DEPLOYER);
    closers.push(() => indexer.store.close());
    const server = await serve(indexer, { port: 0 });
    closers.push(() => server.close());
    /** What a household has heard of juries, the oldest first. */
    const heard = async (who: string) => {
      await indexer.sync(nodeSource(net.url));
      return indexer.store
        .reader()
        .where('HistoryEntry', { household: who })
        .filter(({ kind }) => KINDS.includes(String(kind)))
        .sort((a, b) => Number.parseInt(String(a.id), 10) - Number.parseInt(String(b.id), 10));
    };
    const calendar = async (who: string) => {
      await indexer.sync(nodeSource(net.url));
      const text = await (await fetch(`${server.url}/calendar/${who}.ics`)).text();
      return text.split('\r\n').filter((line) => /^(?:SUMMARY|DTSTART|DTEND).*/.test(line));
    };

    // Neighbors are jurors from Silver on: the members let good meters count for more.
    await net.until(net.chain.time + 8 * 86_400);
    const parameter = { key: 'meter-bonus-bps', value: 5000n };
    const { events: proposed } = await net.send('home-a', call.governanceDao.proposeParameter(parameter));
    const proposal = proposed.find(({ topic }) => topic === 'proposal-created');
    if (proposal?.topic !== 'proposal-created') throw new Error('No proposal.');
    const { id } = proposal;
    while (net.chain.time < Number(proposal.opensAt)) net.devnet.mine();
    for (const who of ['home-a', 'home-b']) await net.send(who, call.governanceDao.vote({ id, choice: 1n }));
    await net.until(Number(proposal.closesAt));
    await net.send('keeper', call.governanceDao.conclude({ id }));
    await net.until(net.chain.time + 86_400);
    await net.send('keeper', call.governanceDao.executeParameter({ id }));
    const cell = BigInt('0x871f0d4b5ffffff');
    for (const [i, who] of PEOPLE.entries()) {
      const deviceKey = new Uint8Array(32).fill(100 + i);
      await net.send(who, call.userRegistry.register({ role: 1n, cell, profileHash: new Uint8Array(32) }));
      await net.send(who, call.userRegistry.registerMeter({ deviceKey, algorithm: 1n }));
      await net.send(
        'meter-reader',
        call.userRegistry.verifyMeter({ household: address(who), quality: 3n, loadW: 0n }),
      );
      await net.send(who, call.reputationSystem.stake({ amount: 50_000_000n }));
      await net.send(who, call.disputeResolution.enrolJuror());
    }
    const disputed = async (): Promise<{ id: bigint; slot: bigint; trade: string }> => {
      const { slot, id: traded } = await trade(net);
      await report(net, slot, 1600n);
      const dispute = { trade: traded, claim: 1000n, evidenceHash };
      const { events: told } = await net.send('home-b', call.disputeResolution.openDispute(dispute));
      const number = told.flatMap((event) => (event.topic === 'dispute-opened' ? [event.id] : []))[0]!;
      await net.send('home-a', call.disputeResolution.respond({ id: number, agree: false, evidenceHash }));
      await net.until(net.chain.time + 3700);
      await net.send('keeper', call.tradeEscrow.finalize({ seller, slot }));
      return { id: number, slot, trade: String(traded) };
    };

    const nameOf = new Map(PEOPLE.map((name) => [address(name), name]));
    const draw = async (id: bigint) => {
      await net.send('home-b', call.disputeResolution.callJury({ id }));
      net.devnet.mine();
      const { events: told } = await net.send('keeper', call.disputeResolution.drawJury({ id }));
      const found = told.find(({ topic }) => topic === 'jury-drawn');
      if (found?.topic !== 'jury-drawn') throw new Error('No jury.');
      expect(found.jurors).toHaveLength(3);
      return found;
    };
    const commit = async (id: bigint, juror: string, uphold: boolean) => {
      const question = call.disputeResolution.getBallotHash({ dispute: id, juror, uphold, salt });
      const answer = await fetch(
        `${net.url}/v2/contracts/call-read/${DEPLOYER}/dispute-resolution/${question.functionName}`,
        {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({
            sender: DEPLOYER,
            arguments: question.functionArgs.map((arg) => `0x${Cl.serialize(arg)}`),
          }),
        },
      );
      const { result } = (await answer.json()) as { result: string };
      const hash = Bytes.fromHex((Cl.deserialize(result) as { value: string }).value);
      await net.send(nameOf.get(juror)!, call.disputeResolution.commitVote({ id, hash }));
    };
    const reveal = (id: bigint, juror: string, uphold: boolean) =>
      net.send(nameOf.get(juror)!, call.disputeResolution.revealVote({ id, uphold, salt }));
    const conclude = async (id: bigint) => {
      const { events: told } = await net.send('keeper', call.disputeResolution.concludeJury({ id }));
      const found = told.find(({ topic }) => topic === 'jury-concluded');
      if (found?.topic !== 'jury-concluded') throw new Error('No verdict.');
      return found;
    };
    const fee = 50_000n;

    // Who is in the minority has nothing; where there is no majority, all who voted have their fee.
    for (const [votes, verdict, earned] of [
      [[true, false, false], 'rejected', [0n, fee, fee]],
      [[true, false, undefined], 'none', [fee, fee, 0n]],
    ] as const) {
      const { id: number, trade: traded } = await disputed();
      const { jurors, commitUntil, endsAt } = await draw(number);
      for (const [i, uphold] of votes.entries()) if (uphold !== undefined) await commit(number, jurors[i]!, uphold);
      await net.until(Number(commitUntil));
      for (const [i, uphold] of votes.entries()) if (uphold !== undefined) await reveal(number, jurors[i]!, uphold);
      await net.until(Number(endsAt));
      const { paid, returned } = await conclude(number);
      const last = async (who: string) => (await heard(who)).findLast((line) => line.trade === traded);
      for (const [i, micro] of earned.entries())
        expect(await last(jurors[i]!)).toMatchObject({ kind: 'jury-concluded', subject: verdict, micro });
      expect(await last(buyer)).toMatchObject({ kind: 'jury-concluded', subject: verdict, micro: returned });
      expect(await last(seller)).toMatchObject({ kind: 'jury-concluded', subject: verdict, micro: null });
      expect([paid, paid + returned]).toEqual([earned.reduce((sum: bigint, one) => sum + one, 0n), 3n * fee]);
    }
    const earlier = (await heard(buyer)).map(({ trade: of }) => of);
    const heardSince = async (who: string) => (await heard(who)).filter(({ trade: of }) => !earlier.includes(of));

    const first = await disputed();
    const drawn = await draw(first.id);
    const [one, two, idle] = drawn.jurors as [string, string, string];
    const time = (unix: bigint) => new Date(Number(unix) * 1000).toISOString().replace(/[-:]|\.\d+/g, '');
    const toCommit = [
      `DTSTART:${time(drawn.commitUntil - 3600n)}`,
      `DTEND:${time(drawn.commitUntil)}`,
      'SUMMARY:Last hour to commit your vote as a juror on dispute 3',
    ];
    const toReveal = [
      `DTSTART:${time(drawn.commitUntil)}`,
      `DTEND:${time(drawn.endsAt)}`,
      'SUMMARY:Reveal your vote as a juror on dispute 3',
    ];
    expect(await calendar(one)).toEqual([...toCommit, ...toReveal]);
    for (const juror of [one, two]) await commit(first.id, juror, true);
    expect(await calendar(one)).toEqual(toReveal);
    await net.until(Number(drawn.commitUntil));
    for (const juror of [one, two]) await reveal(first.id, juror, true);
    expect([await calendar(one), await calendar(idle)]).toEqual([[], [...toCommit, ...toReveal]]);
    await net.until(Number(drawn.endsAt));
    const verdict = await conclude(first.id);
    expect(await calendar(idle)).toEqual([]);

    // The pool is large enough, but nobody of it may judge any more.
    for (const who of PEOPLE) await net.send(who, call.userRegistry.deactivate());
    const second = await disputed();
    await net.send('home-a', call.disputeResolution.callJury({ id: second.id }));
    net.devnet.mine();
    await net.send('keeper', call.disputeResolution.drawJury({ id: second.id }));
    await net.send(nameOf.get(idle)!, call.disputeResolution.leavePool());

    const about = (of: typeof first, kind: string, subject: string, micro: bigint | null = null) => ({
      kind,
      subject,
      micro,
      trade: of.trade,
      slot: of.slot,
    });
    expect(await heardSince(buyer)).toMatchObject([
      { ...about(first, 'jury-called', String(first.id), 3n * fee), counterparty: seller },
      { ...about(first, 'jury-concluded', 'upheld', fee), counterparty: seller },
      { ...about(second, 'jury-called', String(second.id)), counterparty: seller },
      { ...about(second, 'jury-failed', String(second.id)), counterparty: seller },
    ]);
    expect(await heardSince(seller)).toMatchObject([
      { ...about(first, 'jury-called', String(first.id)), counterparty: buyer },
      { ...about(first, 'jury-concluded', 'upheld'), counterparty: buyer },
      { ...about(second, 'jury-called', String(second.id), 3n * fee), counterparty: buyer },
      { ...about(second, 'jury-failed', String(second.id), 3n * fee), counterparty: buyer },
    ]);
    const enrolled = { kind: 'juror-enrolled', subject: '', trade: null, micro: null };
    for (const juror of [one, two])
      expect(await heardSince(juror)).toMatchObject([
        enrolled,
        about(first, 'jury-drawn', String(first.id)),
        about(first, 'vote-committed', String(first.id)),
        about(first, 'vote-revealed', String(first.id)),
        about(first, 'jury-concluded', 'upheld', fee),
      ]);
    expect(await heardSince(idle)).toMatchObject([
      enrolled,
      about(first, 'jury-drawn', String(first.id)),
      about(first, 'jury-concluded', 'upheld', 0n),
      { kind: 'juror-left', subject: '', trade: null, micro: null },
    ]);
    for (const [other] of nameOf)
      if (!drawn.jurors.includes(other)) expect(await heardSince(other)).toMatchObject([enrolled]);
    expect([verdict.paid, verdict.returned]).toEqual([2n * fee, fee]);
    expect(await referenceDigest(indexer.store)).toBe(indexer.store.tip()!.digest);
  }, 180_000);
});

describe('a seller who delivers nothing again and again', () => {
  it('is warned, fined and suspended in its history, and says until when', async () => {
    const net = await market();
    closers.push(() => net.close());
    await net.send('home-a', call.reputationSystem.stake({ amount: 10_000_000n }));
    // One fault a day counts.
    for (let n = 0; n < 5; n++) {
      const { slot, id } = await trade(net);
      await report(net, slot, 0n);
      await settle(net, slot, id);
      await net.until((Math.floor(net.chain.time / 86_400) + 1) * 86_400);
    }
    const indexer = new Indexer(new SqliteStore(), DEPLOYER);
    closers.push(() => indexer.store.close());
    await indexer.sync(nodeSource(net.url));
    const at = indexer.store.reader();
    const seller = address('home-a');
    const lines = at.where('HistoryEntry', { household: seller });
    expect(
      lines.flatMap(({ kind, subject, micro }) =>
        ['warned', 'fined', 'suspended'].includes(String(kind)) ? [[kind, subject, micro]] : [],
      ),
    ).toEqual([
      ['warned', '1', 0n],
      ['warned', '2', 0n],
      ['fined', '3', 1_000_000n],
      ['fined', '4', 1_000_000n],
      ['suspended', '5', 1_000_000n],
    ]);
    expect(at.get('Household', seller)!.suspendedUntil).toBeGreaterThan(BigInt(net.chain.time));
    expect(at.get('Stake', seller)).toMatchObject({ stakedMicro: 7_000_000n, slashedMicro: 3_000_000n });
    expect(at.get('Household', address('home-b'))).toMatchObject({ suspendedUntil: 0n });
    expect(await referenceDigest(indexer.store)).toBe(indexer.store.tip()!.digest);

    // The contract lists what it offers meanwhile, and lets nobody take it: the view says so, and a market that asks leaves it out.
    const server = await serve(indexer, { port: 0 });
    closers.push(() => server.close());
    const until = at.get('Household', seller)!.suspendedUntil as bigint;
    const offer = async (): Promise<bigint> => {
      const slot = Slot.of(net.chain.time) + 6n;
      const terms = { slot, wh: 1000n, minWh: 1000n, mode: 0n, price: 300_000n, endPrice: 300_000n };
      const expiry = BigInt(Slot.start(slot));
      const { events: told } = await net.send('home-a', call.marketplace.createOffer({ ...terms, expiry }));
      await indexer.sync(nodeSource(net.url));
      return told.flatMap((event) => (event.topic === 'offer-created' ? [event.id] : []))[0]!;
    };
    const take = (id: bigint) =>
      net.send('home-b', call.marketplace.acceptOffer({ id, revision: 1n, wh: 1000n, maxTotal: 10_000_000n }));
    const asked = async (more: string) => {
      const body = `{ offers(where: { status: "open", expiry_gt: "${net.chain.time}"${more} }) { id seller { suspendedUntil } } }`;
      const response = await fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: body }),
      });
      return ((await response.json()) as { data: { offers: unknown[] } }).data.offers;
    };
    const takeable = () =>
      asked(`, seller_: { active: true, certified: true, suspendedUntil_lte: "${net.chain.time}" }`);
    const early = await offer();
    expect(await asked('')).toEqual([{ id: String(early), seller: { suspendedUntil: String(until) } }]);
    expect(await takeable()).toEqual([]);
    await expect(take(early)).rejects.toMatchObject(new ContractError(4304n));
    await net.until(Number(until));
    const late = await offer();
    expect(await takeable()).toEqual([{ id: String(late), seller: { suspendedUntil: String(until) } }]);
    expect((await take(late)).ok).toBe(true);
  });
});

describe('the two ways to read', () => {
  it('an event, quickly and by the bindings, come to the same', async () => {
    const net = await market();
    closers.push(() => net.close());
    const { slot, id } = await trade(net);
    await report(net, slot, 1600n);
    await settle(net, slot, id);
    let seen = 0;
    for (const { hash } of net.chain.blocks)
      for (const { events: printed } of (await nodeSource(net.url).block(hash))!.txs)
        for (const event of printed) {
          if (event.type !== 'print') continue;
          const contract = event.contract.slice(DEPLOYER.length + 1);
          expect(decode(contract, event.hex)).toEqual(decodeEvent(contract, event.hex));
          seen++;
        }
    expect(seen).toBeGreaterThan(30);
    for (const bad of ['0x', '0x0c', '0x0c00000001', '0xff', `0x0c0000000105746f7069630d0000000474726164`])
      expect(decode('trade-escrow', bad)).toBeUndefined();
  });

  it('a digest, as it grew and from the rows that are there, come to the same', async () => {
    const net = await market();
    closers.push(() => net.close());
    const { slot, id } = await trade(net);
    await report(net, slot, 1999n);
    await settle(net, slot, id);
    const store = new SqliteStore();
    closers.push(() => store.close());
    const indexer = new Indexer(store, DEPLOYER);
    await indexer.sync(nodeSource(net.url));
    for (const { height } of net.chain.blocks)
      expect(await referenceDigest(store, height), `block ${height}`).toBe(store.blockAt(height)!.digest);
    // And it is a fingerprint: one Wh elsewhere is another digest.
    const before = store.tip()!.digest;
    store.run('update e_trade set wh = ? where "id" = ?', ['042001', String(id)]);
    expect(await referenceDigest(store)).not.toBe(before);
  });
});
