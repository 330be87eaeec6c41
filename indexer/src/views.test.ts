// Views for people: each figure against what the chain itself says, or against a sum over what it is made of.
import { Cl } from '@stacks/transactions';
import { nodeSource } from '@wattconnect/chainhooks';
import { call, resultOf } from '@wattconnect/contracts';
import { address, DEPLOYER, type Market } from '@wattconnect/devnet/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Indexer } from './indexer.ts';
import { serve } from './server.ts';
import { SqliteStore } from './store/sqlite.ts';
import { market, report, settle, trade } from './test/chain.ts';

const SELLER = address('home-a');
const BUYER = address('home-b');
const CELL = BigInt('0x871f0d4b5ffffff');
let net: Market;
let indexer: Indexer;
let url: string;
const closers: (() => unknown)[] = [];
beforeAll(async () => {
  net = await market(['home-a', 'home-b'], [], ['home-c']);
  indexer = new Indexer(new SqliteStore(), DEPLOYER);
  const server = await serve(indexer, { port: 0 });
  url = server.url;
  closers.push(
    () => net.close(),
    () => indexer.store.close(),
    () => server.close(),
  );
}, 60_000);
afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

const sync = () => indexer.sync(nodeSource(net.url));
const rows = () => indexer.store.reader();
async function read(contract: string, name: string, args: string[]): Promise<unknown> {
  const answer = await fetch(`${net.url}/v2/contracts/call-read/${DEPLOYER}/${contract}/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ sender: DEPLOYER, arguments: args.map((who) => `0x${Cl.serialize(Cl.principal(who))}`) }),
  });
  const { result } = (await answer.json()) as { result: string };
  return Cl.deserialize(result);
}
const balance = async (who: string): Promise<bigint> =>
  ((await read('energy-token', 'get-balance', [who])) as { value: { value: bigint } }).value.value;

/** What somebody has, here and by the contracts. */
async function sameAsChain(): Promise<void> {
  for (const who of [SELLER, BUYER, `${DEPLOYER}.trade-escrow`, `${DEPLOYER}.marketplace`]) {
    const held = rows().get('Account', who);
    expect([who, BigInt((held?.balanceWh as bigint | undefined) ?? 0n)]).toEqual([who, BigInt(await balance(who))]);
    if (who.includes('.')) continue;
    const result = (await read('trade-escrow', 'get-account', [who])) as Parameters<typeof resultOf>[2];
    expect(resultOf('trade-escrow', 'get-account', result)).toMatchObject({ due: held!.dueMicro, dueWh: held!.dueWh });
    const { id: _, ...same } = held!;
    expect(rows().get('Household', who)).toMatchObject(same);
  }
}

describe('a household', () => {
  let slot: bigint;
  let id: bigint;

  it('has what the chain says that it has, at every step of a trade', async () => {
    ({ slot, id } = await trade(net));
    await sync();
    const opened = rows().get('Trade', String(id))!;
    expect(rows().get('Household', BUYER)).toMatchObject({ lockedMicro: opened.locked, promisedWh: 0n });
    expect(rows().get('Household', SELLER)).toMatchObject({ lockedMicro: 0n, promisedWh: opened.wh });
    await sameAsChain();

    const calendar = await (await fetch(`${url}/calendar/${SELLER}.ics`)).text();
    expect(calendar.split('\r\n')).toEqual(
      expect.arrayContaining([
        'BEGIN:VCALENDAR',
        `UID:trade-${id}@wattconnect`,
        `DTSTART:${new Date(Number(slot) * 3_600_000).toISOString().replace(/[-:]|\.\d+/g, '')}`,
        'SUMMARY:Deliver 2 kWh',
        'END:VCALENDAR',
      ]),
    );
    for (const line of calendar.split('\r\n')) expect(line.length).toBeLessThanOrEqual(75);
    expect(await (await fetch(`${url}/calendar/${BUYER}.ics`)).text()).toContain('SUMMARY:Receive 2 kWh');

    await report(net, slot, 5000n);
    await settle(net, slot, id);
    await sync();
    expect(rows().get('Household', BUYER)).toMatchObject({ lockedMicro: 0n });
    expect(rows().get('Household', SELLER)).toMatchObject({ promisedWh: 0n, balanceWh: 3000n });
    await sameAsChain();
    await net.send('keeper', call.tradeEscrow.payout({ who: BUYER }));
    await sync();
    expect(rows().get('Household', BUYER)).toMatchObject({ balanceWh: 2000n });
    await sameAsChain();
    expect(await (await fetch(`${url}/calendar/${SELLER}.ics`)).text()).not.toContain('VEVENT');
  });

  it('that gives all of a purchase back has a refunded one, which stays so', async () => {
    await net.send('home-a', call.marketplace.addEnergyForSale({ wh: 2000n, price: 200_000n }));
    await net.send('home-b', call.marketplace.buyEnergyFromUser({ seller: SELLER, wh: 2000n, maxPrice: 200_000n }));
    await sync();
    const bought = rows().where('Purchase', { buyer: BUYER })[0]!;
    expect(bought).toMatchObject({ status: 'held', wh: 2000n, heldMicro: bought.cost });
    expect(await (await fetch(`${url}/calendar/${BUYER}.ics`)).text()).toContain(
      'SUMMARY:Last hour to give back 2 kWh',
    );
    const purchase = BigInt(bought.id as string);
    await net.send('home-b', call.marketplace.refundEnergy({ purchase, wh: 500n }));
    await sync();
    expect(rows().get('Purchase', bought.id as string)).toMatchObject({ status: 'held', refundedWh: 500n });
    await net.send('home-b', call.marketplace.refundEnergy({ purchase, wh: 1500n }));
    await sync();
    expect(rows().get('Purchase', bought.id as string)).toMatchObject({ status: 'refunded', refundedWh: 2000n });
    await sameAsChain();
    const { heldMicro } = rows().get('Purchase', bought.id as string)!;
    await net.until(Number(bought.closesAt) + 60);
    if (heldMicro !== 0n) {
      await net.send('keeper', call.marketplace.releaseProceeds({ purchase }));
      await sync();
      const end = rows().get('Purchase', bought.id as string)!;
      expect(end).toMatchObject({ status: 'refunded', heldMicro: 0n, releasedMicro: heldMicro });
    }
    await sameAsChain();
  });

  it('has its records as a table that no spreadsheet takes for formulas', async () => {
    const response = await fetch(`${url}/history/${BUYER}.csv`);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8']);
    const lines = (await response.text()).trimEnd().split('\r\n');
    expect(lines[0]).toBe('time,kind,counterparty,subject,trade,delivery_hour,wh,micro_stx,transaction');
    const entries = rows().where('HistoryEntry', { household: BUYER });
    expect(lines.length - 1).toBe(entries.length);
    const settled = lines.find((line) => line.split(',')[1] === 'settled')!.split(',');
    expect(settled.slice(2, 7)).toEqual([
      SELLER,
      '',
      String(id),
      new Date(Number(slot) * 3_600_000).toISOString(),
      '2000',
    ]);
    const times = lines.slice(1).map((line) => line.split(',')[0]!);
    expect(times).toEqual(times.toSorted());
    // A day from which nothing counts, and one up to which everything does.
    const last = times.at(-1)!.slice(0, 10);
    const before = (await (await fetch(`${url}/history/${BUYER}.csv?to=${last}`)).text()).trimEnd().split('\r\n');
    const after = (await (await fetch(`${url}/history/${BUYER}.csv?from=${last}`)).text()).trimEnd().split('\r\n');
    expect([...before.slice(1), ...after.slice(1)]).toEqual(lines.slice(1));
    for (const [path, status] of [
      ['/history/nobody.csv', 400],
      [`/history/${BUYER}.csv?from=yesterday`, 400],
      ['/calendar/..%2f.ics', 400],
      [`/history/${BUYER}`, 404],
    ] as const)
      expect([path, (await fetch(url + path)).status]).toEqual([path, status]);
    expect((await (await fetch(`${url}/history/${DEPLOYER}.csv`)).text()).split('\r\n')).toHaveLength(2);
  });
});

describe('a community', () => {
  it('is counted as its households are, in all and by cell, also when they move and leave', async () => {
    const counted = () => {
      const cells = new Map<string, { active: bigint; providers: bigint; consumers: bigint }>();
      for (const household of [SELLER, BUYER].map((id) => rows().get('Household', id)!)) {
        if (!household.active) continue;
        const cell = cells.get(String(household.cell)) ?? { active: 0n, providers: 0n, consumers: 0n };
        cells.set(String(household.cell), cell);
        cell.active += 1n;
        if (household.certified && (Number(household.role) & 2) > 0) cell.providers += 1n;
        if ((Number(household.role) & 1) > 0) cell.consumers += 1n;
      }
      return cells;
    };
    const same = async () => {
      await sync();
      const cells = counted();
      const all = { active: 0n, providers: 0n, consumers: 0n };
      for (const [id, cell] of cells) {
        expect(rows().get('Cell', id)).toMatchObject(cell);
        for (const key of ['active', 'providers', 'consumers'] as const) all[key] += cell[key];
      }
      expect(rows().get('Community', 'all')).toMatchObject(all);
      return all;
    };
    expect(await same()).toEqual({ active: 2n, providers: 2n, consumers: 2n });
    const sold = ['soldWh', 'boughtWh', 'exportedWh', 'earnedMicro', 'spentMicro'] as const;
    const cell = rows().get('Cell', String(rows().get('Household', SELLER)!.cell))!;
    const days = rows().where('CellDay', { cell: cell.cell! });
    for (const key of sold)
      expect([key, days.reduce((sum, day) => sum + (day[key] as bigint), 0n)]).toEqual([key, cell[key]]);
    expect(cell).toMatchObject({ soldWh: 2000n, boughtWh: 2000n, exportedWh: 5000n });

    const elsewhere = BigInt('0x871f0d4b1ffffff');
    await net.send('home-b', call.userRegistry.updateProfile({ cell: elsewhere, profileHash: new Uint8Array(32) }));
    expect((await same()).active).toBe(2n);
    expect(rows().get('Cell', String(elsewhere))).toMatchObject({ active: 1n, soldWh: 0n });
    await net.send('home-b', call.userRegistry.deactivate());
    expect(await same()).toEqual({ active: 1n, providers: 1n, consumers: 1n });
  });

  it('has a queue of applications, with who decided and when', async () => {
    const apply = { capacityKwh: 500n, peakW: 4000n, source: 'wind' };
    const producer = address('home-c');
    await net.send('home-c', call.userRegistry.register({ role: 3n, cell: CELL, profileHash: new Uint8Array(32) }));
    await net.send('home-c', call.userRegistry.registerMeter({ deviceKey: new Uint8Array(32).fill(9), algorithm: 1n }));
    await net.send('meter-reader', call.userRegistry.verifyMeter({ household: producer, quality: 3n, loadW: 0n }));
    await net.send('home-c', call.userRegistry.applyForCertification(apply));
    await sync();
    expect(rows().where('Application', { status: 'pending' })).toMatchObject([{ id: producer, decidedBy: null }]);
    await net.send('certifier', call.userRegistry.certifyProducer({ producer }));
    await sync();
    expect(rows().where('Application', { status: 'pending' })).toEqual([]);
    expect(rows().get('Application', producer)).toMatchObject({ status: 'certified', decidedBy: address('certifier') });
  });

  it('knows of each member who votes for it, for how many it votes, and how', async () => {
    await net.send('home-b', call.governanceDao.delegate({ to: SELLER }));
    await sync();
    expect(rows().get('Member', BUYER)).toMatchObject({ delegate: SELLER, delegators: 0 });
    expect(rows().get('Member', SELLER)).toMatchObject({ delegate: null, delegators: 1, votes: 0 });
    await net.send('home-b', call.governanceDao.undelegate());
    await sync();
    expect(rows().get('Member', SELLER)).toMatchObject({ delegators: 0 });
    await net.until(net.chain.time + 8 * 86_400);
    await net.send('home-a', call.governanceDao.proposeParameter({ key: 'commission-bps', value: 400n }));
    await sync();
    const proposal = rows().where('Proposal', { status: 'voting' })[0]!;
    expect(await (await fetch(`${url}/calendar/${SELLER}.ics`)).text()).toContain(
      `SUMMARY:Vote on proposal ${proposal.id}`,
    );
    while (net.chain.time < Number(proposal.opensAt)) net.devnet.mine();
    expect(net.chain.time).toBeLessThan(Number(proposal.closesAt));
    await net.send('home-a', call.governanceDao.vote({ id: BigInt(proposal.id as string), choice: 1n }));
    await sync();
    expect(rows().get('Member', SELLER)).toMatchObject({ votes: 1 });
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: `{ member(id: "${SELLER}") { ballots { choice proposal { key } } } }` }),
    });
    expect(await response.json()).toEqual({
      data: { member: { ballots: [{ choice: 'for', proposal: { key: 'commission-bps' } }] } },
    });
  });
});

describe('the hours and days of a cell', () => {
  it('are what its trades and reports add up to, also when somebody moves between payment and delivery', async () => {
    const net = await market();
    const indexer = new Indexer(new SqliteStore(), DEPLOYER);
    const server = await serve(indexer, { port: 0 });
    closers.push(
      () => net.close(),
      () => indexer.store.close(),
      () => server.close(),
    );
    const elsewhere = BigInt('0x871f0d4b1ffffff');
    const move = (cell: bigint) =>
      net.send('home-b', call.userRegistry.updateProfile({ cell, profileHash: new Uint8Array(32) }));
    // Delivered where both live.
    const first = await trade(net);
    await report(net, first.slot, 1600n);
    await settle(net, first.slot, first.id);
    // Paid in one cell, delivered in the other; another of the same hour is cancelled.
    await move(elsewhere);
    const second = await trade(net);
    const third = await trade(net);
    await net.send('home-b', call.tradeEscrow.cancel({ id: third.id }));
    await report(net, second.slot, 2500n);
    await net.send('home-b', call.tradeEscrow.confirmReceipt({ id: second.id }));
    await move(CELL);
    await settle(net, second.slot, second.id);
    // A day later, from one cell to another; and an hour in which nothing comes.
    await move(elsewhere);
    await net.until(net.chain.time + 86_400);
    for (const exported of [3000n, 0n]) {
      const { slot, id } = await trade(net);
      await report(net, slot, exported);
      await settle(net, slot, id);
    }
    await indexer.sync(nodeSource(net.url));
    const rows = indexer.store.reader();

    const ask = async (query: string) => {
      const response = await fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      });
      return ((await response.json()) as { data: { household: { cell: string } } }).data.household;
    };
    const blockOf = (tx: unknown) => rows.where('Event', { tx: tx as string })[0]!.block;
    const cellOf = async (who: unknown, tx: unknown): Promise<string> =>
      (await ask(`{ household(id: "${who}", block: { number: ${blockOf(tx)} }) { cell } }`)).cell;
    type Sums = Record<'exportedWh' | 'soldWh' | 'boughtWh' | 'earnedMicro' | 'spentMicro', bigint>;
    const expected = { hours: new Map<string, Sums>(), days: new Map<string, Sums>() };
    const add = (cell: string, slot: bigint, name: keyof Sums, amount: unknown) => {
      for (const [sums, at] of [
        [expected.hours, slot],
        [expected.days, slot / 24n],
      ] as const) {
        const none = { exportedWh: 0n, soldWh: 0n, boughtWh: 0n, earnedMicro: 0n, spentMicro: 0n };
        const sum = sums.get(`${cell}-${at}`) ?? none;
        sum[name] += amount as bigint;
        sums.set(`${cell}-${at}`, sum);
      }
    };
    const trades = rows.where('Trade', { seller: SELLER });
    for (const { buyer, slot, status, paid, fee, grid, deliveredWh, confirmedTx, settledTx } of trades) {
      if (status === 'cancelled') continue;
      const paidTx = confirmedTx ?? settledTx;
      const cost = (paid as bigint) + (fee as bigint) + (grid as bigint);
      add(await cellOf(SELLER, paidTx), slot as bigint, 'earnedMicro', paid);
      add(await cellOf(buyer, paidTx), slot as bigint, 'spentMicro', cost);
      add(await cellOf(SELLER, settledTx), slot as bigint, 'soldWh', deliveredWh);
      add(await cellOf(buyer, settledTx), slot as bigint, 'boughtWh', deliveredWh);
    }
    for (const { slot, exportWh, finalTx } of rows.where('ProductionReport', { seller: SELLER }))
      add(await cellOf(SELLER, finalTx), slot as bigint, 'exportedWh', exportWh);

    const kept = (entity: 'CellHour' | 'CellDay') =>
      new Map(
        [CELL, elsewhere]
          .flatMap((cell) => rows.where(entity, { cell }))
          .map(({ id, exportedWh, soldWh, boughtWh, earnedMicro, spentMicro }) => [
            id,
            { exportedWh, soldWh, boughtWh, earnedMicro, spentMicro },
          ]),
      );
    expect(kept('CellHour')).toEqual(expected.hours);
    expect(kept('CellDay')).toEqual(expected.days);
    expect(expected.hours.get(`${elsewhere}-${second.slot}`)).toMatchObject({ boughtWh: 0n });
    expect(expected.hours.get(`${elsewhere}-${second.slot}`)!.spentMicro).toBeGreaterThan(0n);
    expect(expected.hours.get(`${CELL}-${second.slot}`)).toMatchObject({ boughtWh: 2000n, spentMicro: 0n });
    expect(expected.days.size).toBeGreaterThan(3);
    for (const cell of [CELL, elsewhere]) {
      const hours = rows.where('CellHour', { cell });
      const all = rows.get('Cell', String(cell))!;
      for (const name of ['exportedWh', 'soldWh', 'boughtWh', 'earnedMicro', 'spentMicro'])
        expect([name, hours.reduce((sum, hour) => sum + (hour[name] as bigint), 0n)]).toEqual([name, all[name]]);
    }
  });
});
