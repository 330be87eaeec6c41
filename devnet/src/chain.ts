// The chain: accounts, mempool, blocks and reorganisations over the state of the contracts.
import type { IContractInterface } from '@stacks/clarinet-sdk-wasm';
import type { ClarityValue } from '@stacks/transactions';
import { type AbiFunction, misfit } from './arguments.ts';
import { BadRequest, messageOf, Rejection, SetupError } from './errors.ts';
import { MAX_CHAINING, Mempool } from './mempool.ts';
import { violated } from './post-conditions.ts';
import { State } from './state.ts';
import { decodeTx, hashOf, spending, type Tx } from './transactions.ts';
import { type Account, BURN_BLOCK_SECONDS, type Cost, type Outcome, STACKS_BLOCK_SECONDS, type VmEvent } from './vm.ts';

const ERR_NONE = '0x0809'; // (err none): what a node reports after a runtime error
const OK_TRUE = '0x0703'; // (ok true): what a node reports for a deployed contract
const NO_HASH = `0x${'00'.repeat(32)}`;
/** So that a block takes about a tenth of a second at most. */
const MAX_BLOCK_TRANSACTIONS = 100;
/** Transactions that are remembered after they were replaced or dropped. */
const MAX_DROPPED = 4096;

/** How long a block takes, for those who plan time. */
/** How often a long resumption says how far it is. */
const PROGRESS_MS = 1000;

export const BLOCK_SECONDS = { stacks: STACKS_BLOCK_SECONDS, burn: BURN_BLOCK_SECONDS };

export type Status = 'success' | 'abort_by_response' | 'abort_by_post_condition';
export type DropReason = 'dropped_replace_by_fee' | 'dropped_stale_garbage_collect';

export type Receipt = {
  tx: Tx;
  /** Its place in the block. */
  index: number;
  status: Status;
  /** Hex of the Clarity value, with 0x. */
  result: string;
  events: VmEvent[];
  cost: Cost | null;
  /** Why it was aborted, in words. */
  reason?: string;
};

export type Block = {
  height: number;
  /** The index block hash: identifies the block and its whole past. */
  hash: string;
  parentHash: string;
  /** The hash of the header alone. */
  blockHash: string;
  parentBlockHash: string;
  /** Unix seconds. */
  time: number;
  burnHeight: number;
  burnHash: string;
  /** Unix seconds. */
  burnTime: number;
  kind: 'genesis' | 'stacks' | 'burn';
  receipts: Receipt[];
  /** False once a reorganisation has dropped it. */
  canonical: boolean;
  /** The state's mark after this block. */
  mark: number;
};

/** Blocks that have come and gone: `rollback` newest first, `apply` oldest first. */
export type Change = { rollback: Block[]; apply: Block[] };

export type Genesis = { time: number; accounts: { address: string; balance: bigint }[] };

/** What a block was made of: enough to make it again. */
export type Recipe = { burn: boolean; txs: string[]; hash: string };
/** What has happened, in the order in which it happened. */
export type Fact =
  | { k: 'submit'; hex: string }
  | ({ k: 'block' } & Recipe)
  | { k: 'reorg'; depth: number; drop: string[]; blocks: Recipe[] };

export class Chain {
  readonly blocks: Block[] = [];
  readonly mempool = new Mempool();
  readonly genesisTime: number;
  readonly #state: State;
  readonly #nonces = new Map<string, bigint>();
  readonly #receipts = new Map<string, { receipt: Receipt; block: Block }>();
  readonly #dropped = new Map<string, { tx: Tx; reason: DropReason }>();
  readonly #byHash = new Map<string, Block>();
  readonly #listeners = new Set<(change: Change) => void>();
  #record: (facts: Fact[]) => void = () => {};
  /** Stands for the accounts at the beginning in the hash of the first block. */
  readonly #origin: string;
  #forks = 0;

  private constructor(state: State, { time, accounts }: Genesis) {
    this.#state = state;
    this.genesisTime = time;
    this.#origin = hashOf(accounts.map(({ address, balance }) => [address, String(balance)]));
  }

  static async create(genesis: Genesis): Promise<Chain> {
    const chain = new Chain(await State.create(genesis.time, genesis.accounts), genesis);
    chain.#seal('genesis', []);
    return chain;
  }

  /** From now on every fact is recorded before anybody hears of it. */
  recordTo(record: (facts: Fact[]) => void): void {
    this.#record = record;
  }

  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  // ---- what can be asked

  get tip(): Block {
    return this.blocks.at(-1)!;
  }
  /** Unix seconds of the current block. */
  get time(): number {
    return this.tip.time;
  }
  get memory(): { vm: number; checkpoints: number } {
    return this.#state.memory;
  }
  nonce(address: string): bigint {
    return this.#nonces.get(address) ?? 0n;
  }
  /** The next nonce that a wallet should use: after what is already waiting. */
  nextNonce(address: string): bigint {
    let next = this.nonce(address);
    while (this.mempool.taken(address, next)) next += 1n;
    return next;
  }
  account(principal: string): Account {
    return this.#state.account(principal);
  }
  /** µSTX that a principal can spend. */
  balance(principal: string): bigint {
    return this.account(principal).unlocked;
  }
  receipt(txid: string): { receipt: Receipt; block: Block } | undefined {
    return this.#receipts.get(txid);
  }
  dropped(txid: string): { tx: Tx; reason: DropReason } | undefined {
    return this.#dropped.get(txid);
  }
  /** A block by its index hash, also one that a reorganisation has dropped. */
  block(hash: string): Block | undefined {
    return this.#byHash.get(hash);
  }
  blockAt(height: number): Block | undefined {
    return this.blocks[height - this.blocks[0]!.height];
  }
  contractInterface(contract: string): IContractInterface | undefined {
    return this.#state.contractInterface(contract);
  }
  source(contract: string): string | undefined {
    return this.#state.source(contract);
  }
  read(contract: string, fn: string, args: ClarityValue[], sender: string): Outcome {
    return this.#state.read(contract, fn, args, sender);
  }
  mapEntry(contract: string, map: string, key: ClarityValue): string {
    return this.#state.mapEntry(contract, map, key);
  }
  dataVar(contract: string, name: string): string {
    return this.#state.dataVar(contract, name);
  }

  /** The block in which a contract was published; 0 when it has been there from the beginning. */
  publishHeight(contract: string): number {
    const published = ({ tx, status }: Receipt) =>
      tx.payload.type === 'deploy' && tx.payload.contract === contract && status === 'success';
    return this.blocks.find(({ receipts }) => receipts.some(published))?.height ?? 0;
  }

  // ---- mempool

  /** Takes a transaction into the mempool. @throws {Rejection} with the node's reasons */
  submit(hex: string): Tx {
    const tx = decodeTx(hex);
    const known = this.mempool.get(tx.txid);
    if (known) return known;
    const rivals = this.#admit(tx);
    this.#record([{ k: 'submit', hex: tx.hex }]);
    this.#take(tx, rivals);
    return tx;
  }

  #take(tx: Tx, rivals: Tx[]): void {
    for (const rival of rivals) this.#drop(rival, 'dropped_replace_by_fee');
    this.#dropped.delete(tx.txid);
    this.mempool.add(tx);
  }

  #drop(tx: Tx, reason: DropReason): void {
    this.mempool.remove(tx);
    this.#dropped.set(tx.txid, { tx, reason });
    if (this.#dropped.size > MAX_DROPPED) this.#dropped.delete(this.#dropped.keys().next().value!);
  }

  /** A node's checks before it takes a transaction, in its order. Gives the transactions that this one replaces. */
  #admit(tx: Tx): Tx[] {
    const { payload, txid } = tx;
    const reject = (reason: string, data?: Record<string, unknown>) => new Rejection(reason, data, txid);
    if (payload.type === 'transfer') {
      if (payload.recipient === tx.sender) throw reject('TransferRecipientCannotEqualSender', { recipient: tx.sender });
      if (payload.amount === 0n) throw reject('TransferAmountMustBePositive');
      if (!isTestnet(payload.recipient)) throw reject('BadAddressVersionByte');
      if (tx.wire.postConditions.values.length > 0)
        throw reject('SignatureValidation', {
          message: 'Invalid Stacks transaction: TokenTransfer transactions do not support post-conditions',
        });
    }
    const least = BigInt(tx.size);
    if (tx.fee < least) throw reject('FeeTooLow', { expected: Number(least), actual: Number(tx.fee) });
    this.#checkNonce(tx, tx.sender, tx.nonce, true);
    if (tx.sponsor) this.#checkNonce(tx, tx.sponsor.address, tx.sponsor.nonce, false);
    const need = spending(tx);
    this.#checkFunds(tx, tx.payer, need.payer);
    if (tx.sponsor && need.sender > 0n) this.#checkFunds(tx, tx.sender, need.sender);
    if (payload.type === 'call') {
      if (!isTestnet(payload.contract)) throw reject('BadAddressVersionByte');
      const functions = this.contractInterface(payload.contract)?.functions as AbiFunction[] | undefined;
      if (!functions) throw reject('NoSuchContract');
      const called = functions.find(({ name, access }) => name === payload.fn && access !== 'private');
      if (!called) throw reject('NoSuchPublicFunction');
      const message = misfit(payload.args, called);
      if (message) throw reject('BadFunctionArgument', { message });
    }
    if (payload.type === 'deploy' && this.source(payload.contract) !== undefined)
      throw reject('ContractAlreadyExists', { contract_identifier: payload.contract });
    return this.mempool.rivals(tx);
  }

  #checkNonce({ txid }: Tx, principal: string, actual: bigint, is_origin: boolean): void {
    const expected = this.nonce(principal);
    const numbers = { actual: Number(actual), principal, is_origin };
    if (actual < expected) throw new Rejection('BadNonce', { expected: Number(expected), ...numbers }, txid);
    const furthest = expected + 1n + MAX_CHAINING;
    if (actual > furthest) {
      const message = 'Nonce would exceed chaining limit in mempool';
      throw new Rejection('TooMuchChaining', { message, expected: Number(furthest), ...numbers }, txid);
    }
  }

  #checkFunds({ txid }: Tx, principal: string, need: bigint): void {
    const owned = this.balance(principal);
    const word = (amount: bigint) => `0x${amount.toString(16).padStart(32, '0')}`;
    if (owned < need) throw new Rejection('NotEnoughFunds', { expected: word(need), actual: word(owned) }, txid);
  }

  /** Whether the next block could hold the transaction. */
  #isReady(tx: Tx): boolean {
    if (tx.nonce !== this.nonce(tx.sender)) return false;
    if (tx.sponsor && tx.sponsor.nonce !== this.nonce(tx.sponsor.address)) return false;
    const need = spending(tx);
    if (this.balance(tx.payer) < need.payer) return false;
    return !tx.sponsor || need.sender === 0n || this.balance(tx.sender) >= need.sender;
  }

  /** Whether a block mined now would hold a transaction. */
  get hasReady(): boolean {
    for (const tx of this.mempool) if (this.#isReady(tx)) return true;
    return false;
  }

  // ---- blocks

  /** Stacks blocks with what is ready, or empty ones. */
  mine(count = 1): Block[] {
    return this.#extend(count, false);
  }
  /** Blocks that each begin a burn block, ten minutes later, with what is ready. */
  burn(count = 1): Block[] {
    return this.#extend(count, true);
  }

  #extend(count: number, burn: boolean): Block[] {
    const apply = Array.from({ length: count }, () => this.#build(burn));
    this.#record(apply.map((block) => ({ k: 'block', ...recipeOf(block) })));
    this.#tell({ rollback: [], apply });
    return apply;
  }

  /** Drops the last `depth` blocks and mines a longer fork with their transactions, but for those in `drop`. */
  reorg(depth: number, drop: string[] = []): Change {
    if (!Number.isInteger(depth) || depth < 1 || depth >= this.blocks.length)
      throw new BadRequest(`depth lies between 1 and ${this.blocks.length - 1}.`);
    const { rollback, orphans } = this.#rollBack(depth, drop);
    // The same kinds of blocks again, so that time does not run backwards, and one more.
    const apply = rollback.toReversed().map(({ kind }) => this.#build(kind === 'burn'));
    do apply.push(this.#build(false));
    while (orphans.some((tx) => this.mempool.get(tx.txid) && this.#isReady(tx)));
    this.#record([{ k: 'reorg', depth, drop, blocks: apply.map(recipeOf) }]);
    const change = { rollback, apply };
    this.#tell(change);
    return change;
  }

  #rollBack(depth: number, drop: string[]): { rollback: Block[]; orphans: Tx[] } {
    const gone = this.blocks.splice(-depth);
    this.#state.rewind(this.tip.mark);
    this.#forks += 1;
    const txs = gone.flatMap((block) => block.receipts.map(({ tx }) => tx));
    for (const tx of txs.toReversed()) {
      this.#receipts.delete(tx.txid);
      this.#nonces.set(tx.sender, tx.nonce);
      if (tx.sponsor) this.#nonces.set(tx.sponsor.address, tx.sponsor.nonce);
    }
    for (const block of gone) block.canonical = false;
    const orphans = txs.filter((tx) => !drop.includes(tx.txid));
    this.mempool.addFirst(orphans);
    for (const tx of txs) if (drop.includes(tx.txid)) this.#drop(tx, 'dropped_stale_garbage_collect');
    return { rollback: gone.reverse(), orphans };
  }

  /** Makes the next block. `txids` are the transactions of a block that is made again; without them it takes what is ready. */
  #build(burn: boolean, txids?: string[]): Block {
    const chosen = txids?.map((txid) => {
      const tx = this.mempool.get(txid);
      if (!tx) throw new SetupError(`The log speaks of a transaction ${txid} that it does not hold.`);
      return tx;
    });
    const receipts: Receipt[] = [];
    const first = chosen ? chosen[0] : this.#firstReady();
    // The VM publishes a contract in a block that it begins itself: a deployment is the first of its block.
    if (!burn && first?.payload.type === 'deploy') this.#include(first, receipts);
    else this.#state.open(burn);
    for (const tx of chosen ?? this.#choose(receipts)) if (tx.payload.type !== 'deploy') this.#include(tx, receipts);
    return this.#seal(burn ? 'burn' : 'stacks', receipts);
  }

  #firstReady(): Tx | undefined {
    for (const tx of this.mempool) if (this.#isReady(tx)) return tx;
    return undefined;
  }

  /** What is ready, in the order in which it came, as long as including it makes more ready. */
  *#choose(receipts: Receipt[]): Generator<Tx> {
    for (let before = -1; before < receipts.length; ) {
      before = receipts.length;
      for (const tx of this.mempool) {
        if (receipts.length >= MAX_BLOCK_TRANSACTIONS) return;
        if (tx.payload.type !== 'deploy' && this.#isReady(tx)) yield tx;
      }
    }
  }

  #include(tx: Tx, receipts: Receipt[]): void {
    this.mempool.remove(tx);
    this.#nonces.set(tx.sender, tx.nonce + 1n);
    if (tx.sponsor) this.#nonces.set(tx.sponsor.address, tx.sponsor.nonce + 1n);
    const height = this.#state.height;
    this.#state.fee(tx.payer, tx.fee); // paid whatever happens next
    receipts.push({ tx, index: receipts.length, ...this.#execute(tx) });
    // A deployment that was undone took its block with it; it was still tried, and paid for, in a block.
    if (tx.payload.type === 'deploy' && this.#state.height === height) this.#state.open(false);
  }

  #execute(tx: Tx): Omit<Receipt, 'tx' | 'index'> {
    const { payload } = tx;
    let outcome: Outcome;
    try {
      outcome = this.#state.attempt(tx);
    } catch (error) {
      const reason = messageOf(error) || 'The transaction broke off.';
      return { status: 'abort_by_response', result: ERR_NONE, events: [], cost: null, reason };
    }
    if (payload.type === 'deploy' && this.source(payload.contract) === undefined) {
      this.#state.undo();
      const reason = 'This chain publishes only contracts that define a function or a trait.';
      return { status: 'abort_by_response', result: ERR_NONE, events: [], cost: null, reason };
    }
    const { cost, events } = outcome;
    const result = payload.type === 'deploy' ? OK_TRUE : outcome.result;
    const failed = result.startsWith('0x08');
    // A node checks the conditions after an (err …) too: nothing has moved then.
    const reason = payload.type === 'transfer' ? undefined : violated(tx.wire, tx.sender, events);
    if (reason !== undefined) {
      if (!failed) this.#state.undo();
      return { status: 'abort_by_post_condition', result, events: [], cost, reason };
    }
    if (failed) return { status: 'abort_by_response', result, events: [], cost };
    this.#state.keep(tx);
    return { status: 'success', result, events, cost };
  }

  #seal(kind: Block['kind'], receipts: Receipt[]): Block {
    const parent = this.blocks.at(-1);
    const { height, time, burnHeight } = this.#state;
    const burnHash = hashOf('burn', this.genesisTime, burnHeight);
    const outcomes = receipts.map(({ tx, status, result, events }) => [tx.txid, status, result, events]);
    const blockHash = hashOf('block', parent?.blockHash ?? this.#origin, height, time, this.#forks, outcomes);
    const block: Block = {
      height,
      hash: hashOf('index', blockHash, burnHash),
      parentHash: parent?.hash ?? NO_HASH,
      blockHash,
      parentBlockHash: parent?.blockHash ?? NO_HASH,
      time,
      burnHeight,
      burnHash,
      burnTime: kind === 'stacks' ? parent!.burnTime : time - STACKS_BLOCK_SECONDS,
      kind,
      receipts,
      canonical: true,
      mark: this.#state.mark,
    };
    this.blocks.push(block);
    this.#byHash.set(block.hash, block);
    for (const receipt of receipts) this.#receipts.set(receipt.tx.txid, { receipt, block });
    return block;
  }

  #tell(change: Change): void {
    for (const listener of this.#listeners) listener(change);
  }

  // ---- again, from the record

  /**
   * Does again what was recorded.
   * @param progress told about once a second how many of the facts are done
   * @throws {SetupError} when it does not come to the same
   */
  replay(facts: Fact[], progress?: (done: number, all: number) => void): void {
    if (facts.length === 0) return;
    let told = performance.now();
    this.#state.inBulk(() => {
      for (const [done, fact] of facts.entries()) {
        this.#redo(fact);
        if (!progress || performance.now() - told < PROGRESS_MS) continue;
        told = performance.now();
        progress(done + 1, facts.length);
      }
    });
  }

  #redo(fact: Fact): void {
    if (fact.k === 'submit') {
      const tx = decodeTx(fact.hex, { trusted: true });
      this.#take(tx, this.mempool.rivals(tx));
    } else if (fact.k === 'block') {
      this.#rebuild(fact);
    } else {
      this.#rollBack(fact.depth, fact.drop);
      for (const recipe of fact.blocks) this.#rebuild(recipe);
    }
  }

  #rebuild({ burn, txs, hash }: Recipe): void {
    const block = this.#build(burn, txs);
    if (block.hash !== hash)
      throw new SetupError(
        `Block ${block.height} does not come out as it was recorded: the chain was made by another version. Start with --fresh to begin a new one.`,
      );
  }
}

function recipeOf({ kind, receipts, hash }: Block): Recipe {
  return { burn: kind === 'burn', txs: receipts.map(({ tx }) => tx.txid), hash };
}

/** Whether a principal is of this kind of network: ST… and SN…. */
export function isTestnet(principal: string): boolean {
  return /^S[TN]/.test(principal);
}
