// The embedded chain as a whole: chain, clock, memory on disk, deliveries and the RPC server.
import { Chain, type Genesis } from './chain.ts';
import { Clock } from './clock.ts';
import { Chainhook } from './delivery/chainhook.ts';
import { newBlock } from './delivery/payloads.ts';
import { parsePredicate } from './delivery/predicates.ts';
import { Queue } from './delivery/queue.ts';
import { BadRequest, SetupError } from './errors.ts';
import { type Entry, Log } from './log.ts';
import { serve } from './rpc/server.ts';
import { messageOf, type Tx } from './transactions.ts';

export type DevnetOptions = {
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
  accounts?: Genesis['accounts'];
  /** Addresses of event observers that get every block at /new_block. */
  observers?: string[];
};

/** The most chain time that one request may pass: what a wrong unit would ask for is refused. */
const MAX_ADVANCE_S = 400 * 24 * 3600;
const MAX_FAUCET = 10n ** 15n;

export class Devnet {
  readonly chain: Chain;
  readonly clock: Clock;
  readonly chainhook: Chainhook;
  readonly #log: Log | undefined;
  readonly #observers: Queue<object>[];

  private constructor(chain: Chain, log: Log | undefined, options: DevnetOptions) {
    this.chain = chain;
    this.#log = log;
    this.#observers = (options.observers ?? []).map(
      (url) => new Queue<object>(new URL('/new_block', url).href, {}, ([first]) => ({ body: first, used: 1 })),
    );
    this.chainhook = new Chainhook(chain, (list) => this.#log?.append({ k: 'predicates', list }));
    this.clock = new Clock(
      {
        time: () => chain.time,
        hasReady: () => chain.ready !== undefined,
        mine: () => this.mine(),
        burn: () => this.burn(),
      },
      options.speed ?? 0,
    );
  }

  static async create(options: DevnetOptions = {}): Promise<Devnet> {
    const opened = options.data ? Log.open(options.data, { fresh: options.fresh ?? false }) : undefined;
    try {
      const first = opened?.entries[0];
      const genesis: Genesis =
        first?.k === 'genesis'
          ? {
              time: first.time,
              accounts: first.accounts.map(({ address, balance }) => ({ address, balance: BigInt(balance) })),
            }
          : {
              time: options.genesisTime ?? Math.floor(Date.now() / 3_600_000) * 3600,
              accounts: options.accounts ?? [],
            };
      const chain = await Chain.create(genesis);
      if (opened && !first) {
        opened.log.append({
          k: 'genesis',
          version: 1,
          time: genesis.time,
          accounts: genesis.accounts.map(({ address, balance }) => ({ address, balance: String(balance) })),
        });
      }
      const predicates = opened ? replay(chain, opened.entries) : [];
      const devnet = new Devnet(chain, opened?.log, options);
      chain.onChange((change) => {
        devnet.chainhook.publish(change);
        for (const queue of devnet.#observers)
          queue.push(...change.apply.map((block) => newBlock(block, chain.block(block.parentHash))));
      });
      // What was mined while a subscriber was away it finds by walking the chain: only new blocks are pushed.
      for (const predicate of predicates) devnet.chainhook.register(parsePredicate(predicate), { backfill: false });
      devnet.clock.start();
      if (chain.ready) devnet.clock.wake();
      return devnet;
    } catch (error) {
      opened?.log.close();
      throw error;
    }
  }

  /** Takes a transaction; resolves when it cannot be lost any more. @throws {Rejection} */
  async submit(hex: string): Promise<Tx> {
    const tx = this.chain.submit(hex);
    this.#log?.append({ k: 'submit', hex: tx.hex });
    await this.#log?.durable();
    this.clock.wake();
    return tx;
  }

  mine(): void {
    this.#log?.append({ k: 'tx' });
    this.chain.mine();
  }
  burn(): void {
    this.#log?.append({ k: 'burn' });
    this.chain.burn();
  }

  /** Mines what waits, then passes chain time until the given moment. */
  advance(until: number): void {
    if (!Number.isFinite(until)) throw new BadRequest('until is a moment in unix seconds.');
    if (until - this.chain.time > MAX_ADVANCE_S) throw new BadRequest(`At most ${MAX_ADVANCE_S} seconds at once.`);
    while (this.chain.ready) this.mine();
    while (until - this.chain.time >= 600) this.burn();
    while (this.chain.time < until) this.mine();
  }

  reorg(depth: number, drop: string[] = []) {
    const change = this.chain.reorg(depth, drop);
    this.#log?.append({ k: 'reorg', depth, drop });
    return change;
  }

  faucet(address: string, amount: bigint): void {
    if (amount <= 0n || amount > MAX_FAUCET) throw new BadRequest(`The faucet gives 1 to ${MAX_FAUCET} microSTX.`);
    this.chain.mint(address, amount);
    this.#log?.append({ k: 'mint', address, amount: String(amount) });
  }

  observerStatus() {
    return this.#observers.map((queue) => queue.status);
  }

  close(): void {
    this.clock.stop();
    this.chainhook.close();
    for (const queue of this.#observers) queue.close();
    this.#log?.close();
  }
}

/** Does again what the log says; gives the predicates that were registered last. */
function replay(chain: Chain, entries: Entry[]): unknown[] {
  let predicates: unknown[] = [];
  for (const entry of entries) {
    switch (entry.k) {
      case 'submit':
        chain.submit(entry.hex, { trusted: true });
        break;
      case 'tx':
        chain.mine();
        break;
      case 'burn':
        chain.burn();
        break;
      case 'mint':
        chain.mint(entry.address, BigInt(entry.amount));
        break;
      case 'reorg':
        chain.reorg(entry.depth, entry.drop);
        break;
      case 'predicates':
        predicates = entry.list;
        break;
      case 'genesis':
        break;
    }
  }
  return predicates;
}

/** Starts the chain and its RPC server. */
export async function startDevnet(options: DevnetOptions = {}) {
  const devnet = await Devnet.create(options);
  const port = options.port ?? 3999;
  try {
    const server = await serve(devnet, { port, host: options.host ?? '127.0.0.1' });
    return {
      devnet,
      chain: devnet.chain,
      url: server.url,
      close: async () => {
        await server.close();
        devnet.close();
      },
    };
  } catch (error) {
    devnet.close();
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE')
      throw new SetupError(`Port ${port} is in use. Stop what uses it, or choose another with --port.`);
    throw error instanceof Error ? error : new Error(messageOf(error));
  }
}
