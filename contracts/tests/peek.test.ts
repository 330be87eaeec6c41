// What random lives see in the store is what the read-onlys answer.
import { expect, it } from 'vitest';
import { abi, Contracts } from '../src/index.ts';
import type { AbiFunction } from '../src/types.ts';
import { peeksOf } from './peek.ts';
import { type Arg, address, ascii, CELL, contractId, STRANGER, type Tuple, World } from './world.ts';

it('looking into the store gives what the read-only gives, for rows that are there and for those that are not', async () => {
  const world = await World.create();
  const [seller, buyer] = [world.home('home-h01'), world.home('home-h02')];
  const slot = world.slot + 8n;
  world.offer(seller, slot, 5000n);
  world.trade(seller, buyer, slot, 3000n);
  world.ok('governance-dao', 'delegate', [buyer], seller);
  world.ok('trade-escrow', 'deposit', [1_000_000n], buyer);
  const values = (name: string, type: AbiFunction['args'][number]['type']): Arg[] => {
    if (type === 'principal') return [seller, buyer, STRANGER];
    if (type === 'uint128') return /slot/.test(name) ? [slot, 0n] : /cell/.test(name) ? [CELL.home] : [1n, 2n, 99n];
    if (typeof type === 'object' && 'string-ascii' in type) return [ascii('commission-bps'), ascii('nothing')];
    if (typeof type === 'object' && 'buffer' in type) return [new Uint8Array(type.buffer.length).fill(1)];
    throw new Error(`no values for ${name}`);
  };
  let [seen, there] = [0, 0];
  for (const contract of Contracts)
    for (const [fn, { peek }] of peeksOf(contract)) {
      const { args } = (abi[contract].functions as readonly AbiFunction[]).find(({ name }) => name === fn)!;
      const all = args.reduce<Arg[][]>(
        (lists, { name, type }) => lists.flatMap((list) => values(name, type).map((value) => [...list, value])),
        [[]],
      );
      for (const list of all) {
        const answer = world.read(contract, fn, list);
        const stored = world.stored<Tuple | null>(contract, fn, list);
        seen++;
        if (answer !== null) there++;
        if (answer !== null && 'part' in peek) expect(answer, fn).toMatchObject(stored!);
        else expect(stored, fn).toEqual(answer);
      }
    }
  // Most functions have rows here: an empty world would prove nothing.
  expect(there).toBeGreaterThan(30);
  expect(seen - there).toBeGreaterThan(30);

  const held = [seller, buyer, STRANGER, contractId('trade-escrow'), address('certifier')];
  const slow = held.map((who) => world.kwhOf(who));
  world.peeking = true;
  expect(held.map((who) => world.kwhOf(who))).toEqual(slow);
  world.free();
});
