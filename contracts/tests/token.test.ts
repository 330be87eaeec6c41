// energy-token: SIP-010 to the letter, minted by final reports only, used up with a certificate.
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  ABROAD,
  type Arg,
  ascii,
  contractId,
  type Receipt,
  STRANGER,
  toClarity,
  unreachedCodes,
  utf8,
  World,
} from './world.ts';

let world: World;
let seller: string;
let buyer: string;

beforeEach(async () => {
  world = await World.create();
  seller = world.home('home-h01');
  buyer = world.home('home-h02');
  world.dao(`(try! (contract-call? .energy-token set-peer "energy-oracle" '${STRANGER}))
             (try! (contract-call? .energy-token set-peer "marketplace" '${STRANGER}))`);
  world.ok('energy-token', 'mint-export', [0n, seller, 5000n, seller, 1n], STRANGER);
});
afterEach(() => world.free());
afterAll(() => expect(unreachedCodes('energy-token')).toEqual([]));

const call = (fn: string, args: Arg[], by = seller): Receipt => world.call('energy-token', fn, args, by);
const transfer = (amount: bigint, from = seller, to = buyer, by = from, memo: Arg = null): Receipt =>
  call('transfer', [amount, from, to, memo], by);
const some = (bytes: Uint8Array): Arg => ({ type: 'some', value: toClarity(bytes) }) as Arg;

describe('SIP-010', () => {
  it('has name, symbol, three decimals, and a URI that the DAO sets', () => {
    const read = (fn: string) => world.read('energy-token', fn);
    expect(['get-name', 'get-symbol', 'get-decimals', 'get-total-supply', 'get-token-uri'].map(read)).toEqual([
      'WattConnect kWh',
      'kWh',
      3n,
      5000n,
      null,
    ]);
    expect(call('set-token-uri', [null]).value).toBe(2000n);
    world.dao('(try! (contract-call? .energy-token set-token-uri (some u"https://example.org/kwh.json")))');
    expect(read('get-token-uri')).toBe('https://example.org/kwh.json');
  });

  it('moves what its owner moves, and prints the memo', () => {
    expect(transfer(2000n).ok).toBe(true);
    expect([world.kwhOf(seller), world.kwhOf(buyer)]).toEqual([3000n, 2000n]);
    // Memos are printed as they are, which SIP-010 asks for.
    expect(call('transfer', [1n, seller, buyer, some(new Uint8Array([1, 2]))], seller).events).toEqual([
      new Uint8Array([1, 2]),
    ]);
    expect(transfer(1n).events).toEqual([]);
  });

  it('refuses with the codes of SIP-010', () => {
    expect(transfer(5001n).value).toBe(1n);
    expect(transfer(1n, seller, seller).value).toBe(2n);
    expect(transfer(0n).value).toBe(3n);
    expect(transfer(1n, seller, buyer, buyer).value).toBe(4n);
    expect(transfer(5000n).ok).toBe(true);
  });

  it('does not move to where nobody of this network could ever have it', () => {
    expect(transfer(1n, seller, ABROAD).value).toBe(2102n);
    expect(world.kwhOf(seller)).toBe(5000n);
  });

  it('does not move by a contract that its owner calls', () => {
    world.deploy(
      'decoy',
      `(define-public (go) (contract-call? .energy-token transfer u1 tx-sender '${buyer} none))
       (define-public (burn) (contract-call? .energy-token retire u1 tx-sender u"x"))`,
    );
    expect(world.call('decoy', 'go', [], seller).value).toBe(4n);
    expect(world.call('decoy', 'burn', [], seller).value).toBe(2400n);
    expect(world.kwhOf(seller)).toBe(5000n);
  });

  it('is used up by a contract that owns it, and not out of the pocket of whoever calls that', () => {
    world.deploy('owner', '(define-public (burn) (contract-call? .energy-token retire u500 tx-sender u"x"))');
    const owner = contractId('owner');
    transfer(2000n, seller, owner);
    const { value } = world.call('owner', 'burn', [], seller);
    expect(value).toMatchObject({ id: 1n, owner, beneficiary: seller, amount: 500n });
    expect(world.read('energy-token', 'get-certificate', [1n])).toMatchObject({ owner });
    expect([world.kwhOf(owner), world.kwhOf(seller)]).toEqual([1500n, 3000n]);
  });
});

describe('retire', () => {
  it('burns down to nothing and makes a certificate that nobody can move', () => {
    expect(call('retire', [0n, buyer, utf8('x')]).value).toBe(2100n);
    expect(call('retire', [5001n, buyer, utf8('x')]).value).toBe(2400n);
    const receipt = call('retire', [5000n, buyer, utf8('Tea for the street')]);
    const certificate = {
      owner: seller,
      beneficiary: buyer,
      amount: 5000n,
      reason: 'Tea for the street',
      at: BigInt(world.time),
    };
    expect(receipt.events).toEqual([{ topic: 'energy-retired', ...certificate, id: 1n }]);
    expect(world.read('energy-token', 'get-certificate', [1n])).toEqual(certificate);
    expect(world.read('energy-token', 'get-certificate', [2n])).toBeNull();
    expect(world.read('energy-token', 'get-certificate-count')).toBe(1n);
    expect(world.read('energy-token', 'get-total-supply')).toBe(0n);
    expect(call('retire', [1n, buyer, utf8('x')]).value).toBe(2400n);
  });
});

describe('roles', () => {
  it('mint, both parts or one, and never nothing', () => {
    expect(call('mint-export', [1n, seller, 1n, seller, 2n]).value).toBe(2001n);
    expect(call('mint-export', [0n, seller, 0n, seller, 2n], STRANGER).value).toBe(2100n);
    const receipt = call('mint-export', [7n, buyer, 3n, seller, 2n], STRANGER);
    const minted = { producer: seller, slot: 2n, custody: 7n, surplus: 3n, 'custody-to': buyer };
    expect(receipt.events).toEqual([{ topic: 'export-minted', ...minted }]);
    expect(call('mint-export', [7n, buyer, 0n, seller, 3n], STRANGER).ok).toBe(true);
    expect([world.kwhOf(seller), world.kwhOf(buyer)]).toEqual([5003n, 14n]);
  });

  it('take energy of the wallet that calls, and of no other', () => {
    expect(call('hand-over', [1n, seller]).value).toBe(2001n);
    expect(call('hand-over', [1n, seller], STRANGER).value).toBe(2002n);
  });

  it('are given by the DAO, and known by name', () => {
    expect(call('set-peer', [ascii('marketplace'), seller]).value).toBe(2000n);
    expect(world.refusal(`(try! (contract-call? .energy-token set-peer "baker" '${seller}))`)).toBe(2101n);
    const peer = (role: string) => world.read('energy-token', 'get-peer', [ascii(role)]);
    expect([peer('energy-oracle'), peer('marketplace'), peer('baker')]).toEqual([STRANGER, STRANGER, null]);
  });
});
