// The chain: accounts, mempool, blocks, reorganisations, over one VM. Everything that changes the VM is an operation in one list, so that
// any earlier state can be had again: the nearest checkpoint before it, and the operations since.
import { Cl } from '@stacks/transactions';
import { Rejection } from './errors.ts';
import { violated } from './post-conditions.ts';
import { decodeTx, hashOf, messageOf, type Tx } from './transactions.ts';
import { BURN_BLOCK_SECONDS, type Cost, type Outcome, STACKS_BLOCK_SECONDS, Vm, type VmEvent } from './vm.ts';

/** Where fees go: they leave the sender as they do on a real chain. */
const MINER = 'ST000000000000000000002AMW42H';
const ERR_NONE = '0x0809'; // (err none): what a node reports after a runtime error
const OK_TRUE = '0x0703'; // (ok true): what a node reports for a deployed contract
const CHECKPOINT_EVERY = 128;
const CHECKPOINTS_KEPT = 3;
/** Unconfirmed transactions that one sender may have, and all together. */
const MEMPOOL_PER_SENDER = 256;
const MEMPOOL_SIZE = 8192;

export type Status = 'success' | 'abort_by_response' | 'abort_by_post_condition';

export type Receipt = {
  tx: Tx;
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
  /** Identifies the block and its whole past. */
  hash: string;
  parentHash: string;
  /** Unix seconds. */
  time: number;
  burnHeight: number;
  burnHash: string;
  kind: 'tx' | 'empty' | 'burn' | 'genesis';
  /** At most one: the VM runs each transaction in a block of its own. */
  receipts: Receipt[];
  /** Operations up to and including this block. */
  operations: number;
};

/** Blocks that have come and gone: `rollback` newest first, `apply` oldest first. */
export type Change = { rollback: Block[]; apply: Block[] };

type Operation =
  /** `skip` once it is known that the transaction leaves nothing behind but its fee. */
  | { op: 'tx'; tx: Tx; skip?: boolean }
  | { op: 'empty' }
  | { op: 'burn' }
  | { op: 'mint'; address: string; amount: bigint };

export type Genesis = { time: number; accounts: { address: string; balance: bigint }[] };

export class Chain {
  readonly blocks: Block[] = [];
  readonly mempool: Tx[] = [];
  readonly #vm: Vm;
  readonly #operations: Operation[] = [];
  #checkpoints: { at: number; memory: Uint8Array }[] = [];
  readonly #nonces = new Map<string, bigint>();
  readonly #receipts = new Map<string, { receipt: Receipt; block: Block }>();
  readonly #byHash = new Map<string, Block>();
  readonly #listeners = new Set<(change: Change) => void>();
  #forks = 0;

  private constructor(vm: Vm) {
    this.#vm = vm;
  }

  static async create(genesis: Genesis): Promise<Chain> {
    const vm = await Vm.create(genesis.time);
    for (const { address, balance } of genesis.accounts) vm.mint(address, balance);
    const chain = new Chain(vm);
    chain.#checkpoints.push({ at: 0, memory: vm.save() });
    chain.#push('genesis', []);
    return chain;
  }

  get tip(): Block {
    return this.blocks.at(-1)!;
  }
  get time(): number {
    return this.#vm.time;
  }

  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(change: Change): void {
    for (const listener of this.#listeners) listener(change);
  }

  // ---- what can be asked

  nonce(address: string): bigint {
    return this.#nonces.get(address) ?? 0n;
  }
  /** The next nonce that a wallet should use: after what is already waiting. */
  nextNonce(address: string): bigint {
    let next = this.nonce(address);
    const waiting = new Set(this.mempool.filter((tx) => tx.sender === address).map((tx) => tx.nonce));
    while (waiting.has(next)) next += 1n;
    return next;
  }
  balance(principal: string): bigint {
    return this.#vm.balance(principal);
  }
  receipt(txid: string): { receipt: Receipt; block: Block } | undefined {
    return this.#receipts.get(txid);
  }
  block(hash: string): Block | undefined {
    return this.#byHash.get(hash);
  }
  blockAt(height: number): Block | undefined {
    return this.blocks[height - this.blocks[0]!.height];
  }
  contractInterface(contract: string) {
    return this.#vm.contractInterface(contract);
  }
  source(contract: string): string | undefined {
    return this.#vm.source(contract);
  }
  /** Runs a read-only function; heals the VM if it breaks on the arguments. */
  read(contract: string, fn: string, args: Parameters<Vm['read']>[2], sender: string): Outcome {
    return this.#asking(() => this.#vm.read(contract, fn, args, sender));
  }
  mapEntry(contract: string, map: string, key: Parameters<Vm['mapEntry']>[2]): string {
    return this.#asking(() => this.#vm.mapEntry(contract, map, key));
  }
  dataVar(contract: string, name: string): string {
    return this.#asking(() => this.#vm.dataVar(contract, name));
  }

  #asking<T>(ask: () => T): T {
    try {
      return ask();
    } catch (error) {
      // A trap leaves the VM in no defined state; an error that it reports leaves it as it was.
      if (error instanceof WebAssembly.RuntimeError) this.#rewind(this.#operations.length);
      throw error;
    } finally {
      this.#vm.dropReports();
    }
  }

  // ---- mempool

  /** Takes a transaction into the mempool. @throws {Rejection} */
  submit(hex: string, options: { trusted?: boolean } = {}): Tx {
    const tx = decodeTx(hex, options);
    const known = this.mempool.find((other) => other.txid === tx.txid);
    if (known) return known;
    const expected = this.nonce(tx.sender);
    if (tx.nonce < expected) {
      throw new Rejection(
        'BadNonce',
        { expected: Number(expected), actual: Number(tx.nonce), is_origin: true, principal: tx.sender },
        tx.txid,
      );
    }
    const mine = this.mempool.filter((other) => other.sender === tx.sender);
    const rival = mine.find((other) => other.nonce === tx.nonce);
    if (rival && rival.fee >= tx.fee) {
      throw new Rejection(
        'ConflictingNonceInMempool',
        { expected: Number(this.nextNonce(tx.sender)), actual: Number(tx.nonce), principal: tx.sender },
        tx.txid,
      );
    }
    if (tx.nonce > expected + BigInt(MEMPOOL_PER_SENDER))
      throw new Rejection(
        'TooMuchChaining',
        {
          expected: Number(expected),
          actual: Number(tx.nonce),
          principal: tx.sender,
          is_origin: true,
          message: 'The nonce is too far ahead.',
        },
        tx.txid,
      );
    if (!rival && (mine.length >= MEMPOOL_PER_SENDER || this.mempool.length >= MEMPOOL_SIZE))
      throw new Rejection('TooMuchChaining', { message: 'Too many transactions are waiting.' }, tx.txid);
    const size = BigInt(tx.hex.length / 2);
    if (tx.fee < size) throw new Rejection('FeeTooLow', { expected: Number(size), actual: Number(tx.fee) }, tx.txid);
    if (tx.payload.type === 'transfer') {
      if (tx.wire.postConditions.values.length > 0)
        throw new Rejection('ServerFailureOther', { message: 'A token transfer takes no post-conditions.' }, tx.txid);
      if (tx.payload.recipient === tx.sender)
        throw new Rejection('TransferRecipientIsSender', { recipient: tx.sender }, tx.txid);
      if (tx.payload.amount === 0n) throw new Rejection('TransferAmountMustBePositive', {}, tx.txid);
    }
    if (tx.payload.type === 'deploy' && this.source(tx.payload.contract) !== undefined)
      throw new Rejection('ContractAlreadyExists', { contract_identifier: tx.payload.contract }, tx.txid);
    if (tx.payload.type === 'call')
      this.#checkCall(tx.payload.contract, tx.payload.fn, tx.payload.args.length, tx.txid);
    const spend = tx.fee + (tx.payload.type === 'transfer' ? tx.payload.amount : 0n);
    const owned = this.balance(tx.sender);
    if (owned < spend)
      throw new Rejection(
        'NotEnoughFunds',
        { expected: `0x${spend.toString(16)}`, actual: `0x${owned.toString(16)}` },
        tx.txid,
      );
    if (rival) this.mempool.splice(this.mempool.indexOf(rival), 1, tx);
    else this.mempool.push(tx);
    return tx;
  }

  #checkCall(contract: string, fn: string, args: number, txid: string): void {
    const found = this.contractInterface(contract);
    if (!found) throw new Rejection('NoSuchContract', {}, txid);
    const functions = found.functions as { name: string; access: string; args: unknown[] }[];
    const target = functions.find((one) => one.name === fn && one.access === 'public');
    if (!target) throw new Rejection('NoSuchPublicFunction', {}, txid);
    if (target.args.length !== args)
      throw new Rejection(
        'BadFunctionArgument',
        { message: `${fn} takes ${target.args.length} arguments, not ${args}.` },
        txid,
      );
  }

  /** The transaction that the next block would hold. */
  get ready(): Tx | undefined {
    return this.mempool.find((tx) => tx.nonce === this.nonce(tx.sender));
  }

  // ---- blocks

  /** One block with the next ready transaction, or an empty one. */
  mine(): Block {
    return this.#announce(this.#mineNext());
  }
  /** One block that begins a new burn block: ten minutes later. */
  burn(): Block {
    return this.#announce(this.#mineBurn());
  }
  mint(address: string, amount: bigint): void {
    this.#apply({ op: 'mint', address, amount });
  }

  /** Drops the last `depth` blocks and mines a longer fork with their transactions, but for those in `drop`. */
  reorg(depth: number, drop: string[] = []): Change {
    if (!Number.isInteger(depth) || depth < 1 || depth >= this.blocks.length)
      throw new Rejection('BadDepth', { message: `The depth lies between 1 and ${this.blocks.length - 1}.` });
    const gone = this.blocks.splice(-depth);
    const lost = this.#operations.splice(this.tip.operations);
    this.#rewind(this.tip.operations);
    for (const block of gone) {
      this.#byHash.delete(block.hash);
      for (const { tx } of block.receipts) this.#receipts.delete(tx.txid);
    }
    this.#nonces.clear();
    for (const operation of this.#operations)
      if (operation.op === 'tx') this.#nonces.set(operation.tx.sender, operation.tx.nonce + 1n);
    this.#forks += 1;
    this.mempool.unshift(
      ...gone.flatMap((block) => block.receipts.map(({ tx }) => tx)).filter((tx) => !drop.includes(tx.txid)),
    );
    for (const operation of lost) if (operation.op === 'mint') this.mint(operation.address, operation.amount);
    const apply = gone.map(({ kind }) => (kind === 'burn' ? this.#mineBurn() : this.#mineNext()));
    apply.push(this.#mineNext());
    const change = { rollback: gone.reverse(), apply };
    this.#tell(change);
    return change;
  }

  #announce(block: Block): Block {
    this.#tell({ rollback: [], apply: [block] });
    return block;
  }

  #mineNext(): Block {
    for (let tx = this.ready; tx; tx = this.ready) {
      this.mempool.splice(this.mempool.indexOf(tx), 1);
      // Spent since it came in: no miner could take it.
      if (this.balance(tx.sender) < tx.fee) continue;
      return this.#push('tx', [this.#execute(tx)]);
    }
    this.#apply({ op: 'empty' });
    return this.#push('empty', []);
  }

  #mineBurn(): Block {
    this.#apply({ op: 'burn' });
    return this.#push('burn', []);
  }

  #push(kind: Block['kind'], receipts: Receipt[]): Block {
    const parent = this.blocks.at(-1);
    const { height, time, burnHeight } = this.#vm;
    const parentHash = parent?.hash ?? `0x${'00'.repeat(32)}`;
    const block: Block = {
      height,
      hash: hashOf(
        'block',
        parentHash,
        height,
        time,
        receipts.map(({ tx, status }) => [tx.txid, status]),
        this.#forks,
      ),
      parentHash,
      time,
      burnHeight,
      burnHash: hashOf('burn', burnHeight, parent?.burnHeight === burnHeight ? parent.burnHash : parentHash),
      kind,
      receipts,
      operations: this.#operations.length,
    };
    if (parent?.burnHeight === burnHeight) block.burnHash = parent.burnHash;
    this.blocks.push(block);
    this.#byHash.set(block.hash, block);
    for (const receipt of receipts) this.#receipts.set(receipt.tx.txid, { receipt, block });
    return block;
  }

  // ---- operations

  #apply(operation: Operation): Outcome | undefined {
    if (this.#operations.length - this.#checkpoints.at(-1)!.at >= CHECKPOINT_EVERY) this.#checkpoint();
    this.#operations.push(operation);
    return this.#perform(operation);
  }

  #checkpoint(): void {
    this.#checkpoints.push({ at: this.#operations.length, memory: this.#vm.save() });
    // The first is the genesis and stays; of the others the newest.
    if (this.#checkpoints.length > CHECKPOINTS_KEPT) this.#checkpoints.splice(1, 1);
  }

  #perform(operation: Operation): Outcome | undefined {
    const vm = this.#vm;
    switch (operation.op) {
      case 'empty':
        vm.emptyBlock();
        return undefined;
      case 'burn':
        vm.burnBlock();
        return undefined;
      case 'mint':
        vm.mint(operation.address, operation.amount);
        return undefined;
      case 'tx': {
        const { tx, skip } = operation;
        vm.run(`(stx-transfer? u${tx.fee} tx-sender '${MINER})`, tx.sender); // paid whatever happens next
        const before = vm.height;
        try {
          return skip ? undefined : this.#run(tx);
        } finally {
          if (vm.height === before) vm.emptyBlock(); // an aborted transaction still has its block
          vm.dropReports();
        }
      }
    }
  }

  #run({ payload, sender }: Tx): Outcome {
    const vm = this.#vm;
    switch (payload.type) {
      case 'call':
        return vm.call(payload.contract, payload.fn, payload.args, sender);
      case 'transfer':
        vm.emptyBlock();
        return vm.run(`(stx-transfer? u${payload.amount} tx-sender '${payload.recipient})`, sender);
      case 'deploy':
        return { ...vm.deploy(payload.name, payload.source, sender, payload.clarityVersion), result: OK_TRUE };
    }
  }

  #execute(tx: Tx): Receipt {
    this.#nonces.set(tx.sender, tx.nonce + 1n);
    const operation: Operation = { op: 'tx', tx };
    let outcome: Outcome;
    try {
      outcome = this.#apply(operation)!;
    } catch (error) {
      return this.#undo(operation, 'abort_by_response', messageOf(error) || 'The transaction broke off.');
    }
    if (tx.payload.type !== 'deploy' && Cl.deserialize(outcome.result).type === 'err') {
      return { tx, status: 'abort_by_response', result: outcome.result, events: [], cost: outcome.cost };
    }
    const broken = tx.payload.type === 'transfer' ? undefined : violated(tx.wire, tx.sender, outcome.events);
    if (broken)
      return {
        ...this.#undo(operation, 'abort_by_post_condition', broken),
        result: outcome.result,
        cost: outcome.cost,
      };
    return { tx, status: 'success', ...outcome };
  }

  /** The state before the operation, then the operation again with nothing but its fee and its block. */
  #undo(operation: Operation & { op: 'tx' }, status: Status, reason: string): Receipt {
    operation.skip = true;
    this.#rewind(this.#operations.length);
    return { tx: operation.tx, status, result: ERR_NONE, events: [], cost: null, reason };
  }

  /** Puts the VM into its state after the first `count` operations. */
  #rewind(count: number): void {
    this.#checkpoints = this.#checkpoints.filter(({ at }) => at <= count);
    const { at, memory } = this.#checkpoints.at(-1)!;
    this.#vm.restore(memory);
    for (const operation of this.#operations.slice(at, count)) {
      try {
        this.#perform(operation);
      } catch (error) {
        // Only an operation that is known to fail can fail here, and it is skipped: anything else means that the VM is not deterministic.
        throw new Error(`The chain could not be replayed: ${messageOf(error)}`);
      }
    }
  }
}

/** How long a block takes, for those who plan time. */
export const BLOCK_SECONDS = { stacks: STACKS_BLOCK_SECONDS, burn: BURN_BLOCK_SECONDS };
