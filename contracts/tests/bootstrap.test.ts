// What each network begins with: the same roles between contracts everywhere, its own people and parameters.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Keys } from '@wattconnect/protocol';
import { afterEach, describe, expect, it } from 'vitest';
import {
  BootstrapError,
  bootstrapSource,
  checkPeople,
  type People,
  type PublicNetwork,
  SETTINGS,
} from '../src/bootstrap.ts';
import { parameters } from '../src/index.ts';
import { CONTRACTS } from '../src/names.ts';
import { deploymentPlan, original } from '../src/sources.ts';
import { address, ascii, CELL, CONSUMER, contractId, DEPLOYER, STRANGER, type Tuple, World } from './world.ts';

const NETWORKS = ['testnet', 'mainnet'] as const;
const YEAR = 31_536_000n;
const DEVNET = original('proposals/bootstrap-devnet.clar');

const account = (network: PublicNetwork, name: string) =>
  Keys.address(Keys.development(`test of bootstraps: ${name}`), network);
const people = (network: PublicNetwork, change: Partial<People> = {}): People => ({
  operators: [1, 2, 3, 4].map((n) => account(network, `operator ${n}`)),
  threshold: 3,
  utility: account(network, 'utility'),
  meterReaders: [account(network, 'reader')],
  certifiers: [account(network, 'certifier 1'), account(network, 'certifier 2')],
  guardian: account(network, 'guardian'),
  ...change,
});

let world: World | undefined;
afterEach(() => {
  world?.free();
  world = undefined;
});

/** Roles that contracts hold in contracts, as set in a source and as the chain tells them. */
const ROLE = /contract-call\? \.([a-z-]+) set-peer "([a-z-]+)" \.([a-z-]+)/g;
const roles = (source: string) =>
  [...source.matchAll(ROLE)].map(([, contract, role, who]) => ({ contract, role, who }));
const calls = (source: string) =>
  new Set(
    [...source.matchAll(/contract-call\? \.([a-z-]+ set-[a-z-]+|[a-z-]+ add-[a-z-]+)/g)].map(([, call]) => call!),
  );

async function begun(network: PublicNetwork): Promise<World> {
  world = await World.create({ construct: false });
  const plan = deploymentPlan(network, people(network));
  const last = plan.contracts.at(-1)!;
  world.deploy(last.name, last.source);
  world.ok('governance-dao', 'construct', [contractId(plan.bootstrap)], DEPLOYER);
  return world;
}

describe.each(NETWORKS)('the bootstrap of %s', (network) => {
  it('comes after all eight contracts, and no test asset', () => {
    const names = deploymentPlan(network, people(network)).contracts.map(({ name }) => name);
    expect(names).toEqual(['sip-010-trait', 'proposal-trait', ...CONTRACTS, `bootstrap-${network}`]);
  });

  it('gives out the roles that the development network gives out, and no other', async () => {
    const source = bootstrapSource(network, people(network), DEVNET);
    expect(roles(DEVNET).length).toBeGreaterThan(7);
    expect(roles(source)).toEqual(roles(DEVNET));
    const [own, first] = [calls(source), calls(DEVNET)];
    expect([...first].filter((call) => !own.has(call))).toEqual(['trade-escrow set-asset']);
    expect([...own].filter((call) => !first.has(call))).toEqual(['governance-dao set-parameter']);
    const chain = await begun(network);
    for (const { contract, role, who } of roles(DEVNET))
      expect(chain.read(contract!, 'get-peer', [ascii(role!)]), `${contract} ${role}`).toBe(contractId(who!));
  });

  it('names its people, and leaves the deployer nothing', async () => {
    const chain = await begun(network);
    const { operators, utility, meterReaders, certifiers, guardian } = people(network);
    expect(chain.read('energy-oracle', 'get-operators')).toMatchObject({ operators, threshold: 3n });
    expect(chain.read('energy-oracle', 'get-utility')).toBe(utility);
    expect(chain.read('trade-escrow', 'get-grid-operator')).toBe(utility);
    const level = (who: string) => chain.read<bigint>('user-registry', 'get-certifier-level', [who]);
    expect(meterReaders.map(level)).toEqual([1n]);
    expect(certifiers.map(level)).toEqual([2n, 2n]);
    for (const who of [DEPLOYER, STRANGER, guardian, ...['certifier', 'meter-reader'].map(address)])
      expect(level(who)).toBe(0n);
    const duty = chain.read('governance-dao', 'get-guardian');
    expect(duty.guardian).toBe(guardian);
    expect((duty.sunset as bigint) - BigInt(chain.time)).toBe(YEAR);
    expect(chain.code('governance-dao', 'construct', [contractId(`bootstrap-${network}`)], DEPLOYER)).toBe(8200n);
    expect(chain.code('governance-dao', 'set-parameter', [ascii('min-wh'), 1n], DEPLOYER)).toBe(8000n);
    expect(chain.code('governance-dao', 'set-paused', [7n], DEPLOYER)).toBe(8002n);
    expect(chain.read('trade-escrow', 'get-asset', [contractId('test-dollar')])).toBeNull();
  });

  it('sets its parameters and no other', async () => {
    const chain = await begun(network);
    const own: Record<string, bigint | undefined> = SETTINGS[network];
    for (const [key, { initial }] of Object.entries(parameters))
      expect([key, chain.read('governance-dao', 'get-parameter', [ascii(key)])]).toEqual([key, own[key] ?? initial]);
    for (const [key, value] of Object.entries(own))
      expect(parameters[key as keyof typeof parameters].initial).not.toBe(value);
  });

  it('lets a first household become a member', async () => {
    const chain = await begun(network);
    const home = address('home-h01');
    chain.ok('user-registry', 'register', [CONSUMER, CELL.home, new Uint8Array(32)], home);
    chain.ok('user-registry', 'register-meter', [new Uint8Array(32).fill(7), 1n], home);
    expect(chain.code('user-registry', 'verify-meter', [home, 1n, 0n], address('meter-reader'))).toBe(1001n);
    chain.ok('user-registry', 'verify-meter', [home, 1n, 0n], people(network).meterReaders[0]!);
    expect(chain.read<Tuple>('governance-dao', 'get-member', [home]).active).toBe(true);
  });
});

describe('people', () => {
  const wrong: [what: string, network: PublicNetwork, change: (network: PublicNetwork) => unknown, says: string][] = [
    ['nothing', 'mainnet', () => null, '"operators" must be a list'],
    ['nobody to read meters', 'testnet', (n) => people(n, { meterReaders: [] }), '"meterReaders" must be a list'],
    ['an account of another network', 'mainnet', () => people('testnet'), 'begin with SP or SM'],
    ['an account of another network', 'testnet', () => people('mainnet'), 'begin with ST or SN'],
    [
      'a slip of the pen',
      'mainnet',
      (n) => people(n, { utility: `${account(n, 'utility').slice(0, -1)}_` }),
      'a character is wrong',
    ],
    [
      'code in the place of a name',
      'mainnet',
      (n) => people(n, { utility: 'SP1)) (ok true)' }),
      'a character is wrong',
    ],
    [
      'an operator twice',
      'mainnet',
      (n) => people(n, { operators: [1, 2, 1].map((one) => account(n, `operator ${one}`)) }),
      'twice',
    ],
    [
      'two operators',
      'mainnet',
      (n) => people(n, { operators: [1, 2].map((one) => account(n, `operator ${one}`)) }),
      '3 to 9',
    ],
    ['half of the operators', 'mainnet', (n) => people(n, { threshold: 2 }), 'more than half'],
    ['more operators than there are', 'mainnet', (n) => people(n, { threshold: 5 }), 'more than half'],
    ['a broken number', 'mainnet', (n) => people(n, { threshold: 3.5 }), 'more than half'],
    ['who reads and certifies', 'mainnet', (n) => people(n, { certifiers: [account(n, 'reader')] }), 'at once'],
    ['an operator as guardian', 'mainnet', (n) => people(n, { guardian: account(n, 'operator 1') }), 'guardian'],
    [
      'a development account',
      'mainnet',
      (n) => people(n, { guardian: Keys.address(Keys.development('guardian'), n) }),
      'everybody can derive',
    ],
  ];
  it.each(wrong)('are refused: %s', (_, network, change, says) => {
    expect(() => checkPeople(network, change(network))).toThrow(BootstrapError);
    expect(() => checkPeople(network, change(network))).toThrow(says);
  });

  it('may be contracts, and on testnet development accounts', () => {
    const multisig = `${account('mainnet', 'guardian')}.guards`;
    expect(checkPeople('mainnet', people('mainnet', { guardian: multisig })).guardian).toBe(multisig);
    const guardian = address('guardian');
    expect(checkPeople('testnet', people('testnet', { guardian })).guardian).toBe(guardian);
  });

  it('become a proposal by a command', () => {
    const folder = mkdtempSync(join(tmpdir(), 'wattconnect-people-'));
    try {
      const file = join(folder, 'people.json');
      writeFileSync(file, JSON.stringify(people('mainnet')));
      const tool = new URL('../tools/bootstrap.ts', import.meta.url).pathname;
      const run = (...args: string[]) =>
        spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', tool, ...args], { encoding: 'utf8' });
      expect(run('mainnet', file)).toMatchObject({
        status: 0,
        stdout: bootstrapSource('mainnet', people('mainnet'), DEVNET),
        stderr: '',
      });
      expect(run('testnet', file)).toMatchObject({
        status: 1,
        stdout: '',
        stderr: expect.stringContaining('begin with ST or SN'),
      });
      expect(run('devnet', file)).toMatchObject({
        status: 1,
        stderr: expect.stringContaining('Use: bootstrap testnet|mainnet FILE'),
      });
      expect(run('mainnet', join(folder, 'nobody'))).toMatchObject({
        status: 1,
        stderr: expect.stringContaining('no such file'),
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('a bootstrap', () => {
  it('is refused when the common part cannot be found', () => {
    expect(() => bootstrapSource('mainnet', people('mainnet'), '(ok true)')).toThrow('no longer says');
  });
});
