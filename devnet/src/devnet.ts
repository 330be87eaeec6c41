// The embedded chain as a whole: chain, clock, memory on disk, subscribers and the RPC server.
import { makeSTXTokenTransfer } from '@stacks/transactions';
import { Keys } from '@wattconnect/protocol';
import { BLOCK_SECONDS, type Block, Chain, type Change, type Genesis } from './chain.ts';
import { Clock } from './clock.ts';
import { Subscribers } from './delivery/subscribers.ts';
import { deploy, type Plan, type PlannedCall, type PlannedContract } from './deploy.ts';
import { BadRequest, SetupError } from './errors.ts';
import { Log } from './log.ts';
import { serve } from './rpc/server.ts';
import type { Tx } from './transactions.ts';

export type DevnetOptions = {
  /** Told about once a second how far the resumption of a long chain is. */
  progress?: (done: number, all: number) => void;
  /** TCP port; 0 takes a free one. Default 3999. */
  port?: number;
  host?: string;
  /** Folder in which the chain is kept; without one it lives in memory only. */
  data?: string;
  /** Forget what the folder holds. */
  fresh?: boolean;
  /** Seconds of chain time a second of wall time; 0 (default): blocks on demand, transactions at once. */
  speed?: number;
  /** Unix seconds of the first block. Default: now, at the full hour. */
  genesisTime?: number;
  /** Who owns what in the first block, in µSTX. The faucet is always there. */
  accounts?: Genesis['accounts'];
  /** Published in this order by the deployer, before anybody else gets a word in. */
  contracts?: PlannedContract[];
  /** Made by the deployer once all contracts are there. */
  calls?: PlannedCall[];
  /** Hex, with the trailing 01. Default: Clarinet's development deployer. */
  deployerKey?: string;
  /** Addresses of event observers that get every block at /new_block. */
  observers?: string[];
};

/** The most chain time that one request may pass: what a wrong unit would ask for is refused. */
const MAX_ADVANCE_S = 400 * 24 * 3600;
/** Burn blocks mined before requests are answered again. */
const BURN_BURST = 144;
const MAX_FAUCET = 10n ** 15n;
const FAUCET_BALANCE = 10n ** 18n;
const DEPLOYER_BALANCE = 10n ** 14n;
const FAUCET_FEE = 500n;
const FAUCET_KEY = Keys.development('faucet');

export class Devnet {
  readonly chain: Chain;
  readonly clock: Clock;
  readonly chainhook: Subscribers;
  readonly #log: Log | undefined;
  #faucet: Promise<unknown> = Promise.resolve();

  private constructor(chain: Chain, log: Log | undefined, options: DevnetOptions) {
    this.chain = chain;
    this.#log = log;
    this.chainhook = new Subscribers(chain, log?.folder, options.observers ?? []);
    this.clock = new Clock(
      {
        time: () => chain.time,
        hasReady: () => chain.hasReady,
        mine: () => chain.mine(),
        burn: () => chain.burn(),
      },
      options.speed ?? 0,
    );
  }

  /** @throws {SetupError} that says what to do */
  static async create(options: DevnetOptions = {}): Promise<Devnet> {
    const opened = options.data === undefined ? undefined : Log.open(options.data, options.fresh ?? false);
    try {
      const genesis = opened?.genesis ?? genesisOf(options);
      const chain = await Chain.create(genesis);
      if (opened && !opened.genesis) opened.log.begin(genesis);
      chain.replay(opened?.facts ?? [], options.progress);
      if (opened)
        chain.recordTo((facts) => {
          opened.log.append(facts);
          // Blocks are on the disk before anybody hears of them; a transaction before its sender does.
          if (facts.some(({ k }) => k !== 'submit')) opened.log.sync();
        });
      const devnet = new Devnet(chain, opened?.log, options);
      const { contracts = [], calls = [], deployerKey = Keys.development('deployer') } = options;
      await devnet.deploy({ contracts, calls, deployerKey });
      devnet.chainhook.poke();
      devnet.clock.start();
      return devnet;
    } catch (error) {
      opened?.log.close();
      throw error;
    }
  }

  /** Carries out what is left of a plan. @throws {SetupError} */
  deploy(plan: Plan): Promise<void> {
    return deploy(this.chain, plan, (hex) => {
      this.chain.submit(hex);
      this.chain.mine();
    });
  }

  /** Takes a transaction; resolves when it cannot be lost any more. @throws {Rejection} */
  async submit(hex: string): Promise<Tx> {
    const tx = this.chain.submit(hex);
    this.clock.wake();
    await this.#log?.durable();
    return tx;
  }

  mine(count = 1): Block[] {
    return this.chain.mine(count);
  }
  burn(count = 1): Block[] {
    return this.chain.burn(count);
  }

  /** Mines what waits, then passes chain time until the given moment. */
  async advance(until: number): Promise<void> {
    if (!Number.isFinite(until)) throw new BadRequest('until is a moment in unix seconds.');
    const { chain } = this;
    if (until - chain.time > MAX_ADVANCE_S) throw new BadRequest(`At most ${MAX_ADVANCE_S} seconds at once.`);
    while (chain.hasReady) chain.mine();
    // The first burn block brings less when Stacks blocks have run ahead of it; the others bring their full time.
    for (;;) {
      const count = Math.floor((until - chain.time) / BLOCK_SECONDS.burn);
      if (count < 1) break;
      chain.burn(Math.min(count, BURN_BURST));
      await new Promise((resolve) => setImmediate(resolve));
    }
    const left = Math.ceil((until - chain.time) / BLOCK_SECONDS.stacks);
    if (left > 0) chain.mine(left);
    this.clock.start();
  }

  reorg(depth: number, drop: string[] = []): Change {
    const change = this.chain.reorg(depth, drop);
    this.clock.wake();
    return change;
  }

  /** Sends µSTX from the faucet's account; the transaction waits like any other. */
  faucet(recipient: string, amount: bigint): Promise<Tx> {
    if (amount <= 0n || amount > MAX_FAUCET) throw new BadRequest(`The faucet gives 1 to ${MAX_FAUCET} microSTX.`);
    const give = async () => {
      const nonce = this.chain.nextNonce(Keys.address(FAUCET_KEY));
      const network = 'devnet';
      const transfer = { recipient, amount, senderKey: FAUCET_KEY, nonce, fee: FAUCET_FEE, network } as const;
      return this.submit((await makeSTXTokenTransfer(transfer)).serialize());
    };
    // One after the other: each needs the nonce after the last.
    const given = this.#faucet.then(give);
    this.#faucet = given.catch(() => undefined);
    return given;
  }

  close(): void {
    this.clock.stop();
    this.chainhook.close();
    this.#log?.close();
  }
}

function genesisOf({ genesisTime, accounts = [], contracts = [], deployerKey }: DevnetOptions): Genesis {
  const rows = new Map(accounts.map(({ address, balance }) => [address, balance]));
  const provide = (address: string, balance: bigint) => {
    if (!rows.has(address)) rows.set(address, balance);
  };
  provide(Keys.address(FAUCET_KEY), FAUCET_BALANCE);
  if (contracts.length > 0) provide(Keys.address(deployerKey ?? Keys.development('deployer')), DEPLOYER_BALANCE);
  return {
    time: genesisTime ?? Math.floor(Date.now() / 3_600_000) * 3600,
    accounts: [...rows].map(([address, balance]) => ({ address, balance })),
  };
}

/** A chain that runs, with its RPC server. */
export type RunningDevnet = { devnet: Devnet; chain: Chain; url: string; close: () => Promise<void> };

/** Starts the chain and its RPC server. @throws {SetupError} that says what to do */
export async function startDevnet(options: DevnetOptions = {}): Promise<RunningDevnet> {
  const devnet = await Devnet.create(options);
  const port = options.port ?? 3999;
  try {
    const server = await serve(devnet, { port, host: options.host ?? '127.0.0.1' });
    const close = async () => {
      await server.close();
      devnet.close();
    };
    return { devnet, chain: devnet.chain, url: server.url, close };
  } catch (error) {
    devnet.close();
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE')
      throw new SetupError(`Port ${port} is in use. Stop what uses it, or choose another with --port.`, {
        cause: error,
      });
    throw error;
  }
}
