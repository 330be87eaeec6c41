// The state of the contracts: one VM, and the list of all that has been done to it. Any earlier state can be had again: the nearest
// checkpoint before it, and the operations since.
import type { IContractInterface } from '@stacks/clarinet-sdk-wasm';
import type { ClarityValue } from '@stacks/transactions';
import { messageOf } from './errors.ts';
import type { Tx } from './transactions.ts';
import { type Account, type Image, isTrap, type Outcome, Vm } from './vm.ts';

/** Where fees go: they leave the payer as they do on a real chain. */
const MINER = 'ST000000000000000000002AMW42H';
/** Work after which it is cheaper to save the state than to do the work again. */
const CHECKPOINT_EVERY_MS = 150;
/** While much is done again in one go, nobody aborts and nobody goes back. */
const CHECKPOINT_EVERY_BULK_MS = 3000;
const CHECKPOINTS_BYTES = 128 * 1024 * 1024;
const GENESIS: Image = { pages: new Map(), bytes: 0 };

type Operation =
  | { op: 'open'; burn: boolean }
  | { op: 'fee'; payer: string; amount: bigint }
  /** Only what succeeded: an aborted transaction leaves nothing behind but its fee. */
  | { op: 'tx'; tx: Tx };

export class State {
  readonly #vm: Vm;
  readonly #operations: Operation[] = [];
  #checkpoints: { at: number; image: Image }[] = [];
  #workMs = 0;
  #bulk = false;
  readonly #interfaces = new Map<string, IContractInterface>();

  private constructor(vm: Vm) {
    this.#vm = vm;
  }

  /** @param time unix seconds of the first block */
  static async create(time: number, accounts: { address: string; balance: bigint }[]): Promise<State> {
    return new State(await Vm.create(time, accounts));
  }

  get height(): number {
    return this.#vm.height;
  }
  get burnHeight(): number {
    return this.#vm.burnHeight;
  }
  get time(): number {
    return this.#vm.time;
  }
  /** How much has been done: what {@link rewind} takes. */
  get mark(): number {
    return this.#operations.length;
  }
  /** Bytes that the VM and the checkpoints hold. */
  get memory(): { vm: number; checkpoints: number } {
    return { vm: this.#vm.size, checkpoints: this.#checkpoints.reduce((sum, { image }) => sum + image.bytes, 0) };
  }

  // ---- asking

  account(principal: string): Account {
    return this.#ask(() => this.#vm.account(principal));
  }
  /** @throws when the function breaks off, does not exist, or writes */
  read(contract: string, fn: string, args: ClarityValue[], sender: string): Outcome {
    return this.#ask(() => this.#vm.read(contract, fn, args, sender));
  }
  /** @throws when there is no such map */
  mapEntry(contract: string, map: string, key: ClarityValue): string {
    return this.#ask(() => this.#vm.mapEntry(contract, map, key));
  }
  /** @throws when there is no such variable */
  dataVar(contract: string, name: string): string {
    return this.#ask(() => this.#vm.dataVar(contract, name));
  }
  source(contract: string): string | undefined {
    return this.#ask(() => this.#vm.source(contract));
  }
  contractInterface(contract: string): IContractInterface | undefined {
    const known = this.#interfaces.get(contract);
    if (known) return known;
    const found = this.#ask(() => this.#vm.contractInterface(contract));
    if (found) this.#interfaces.set(contract, found);
    return found;
  }

  #ask<T>(ask: () => T): T {
    try {
      return ask();
    } catch (error) {
      if (isTrap(error)) this.rewind(this.mark);
      throw error;
    } finally {
      this.#vm.dropReports();
    }
  }

  // ---- doing

  /** Begins a block. */
  open(burn: boolean): void {
    this.#do({ op: 'open', burn });
  }
  /** Takes a fee. The payer must own it. */
  fee(payer: string, amount: bigint): void {
    this.#do({ op: 'fee', payer, amount });
  }

  /**
   * Runs a transaction in the current block; a deployment begins a block of its own.
   * {@link keep} or {@link undo} must follow when it returns. When it throws, the state is as before, but for the block that a deployment may
   * have begun.
   */
  attempt(tx: Tx): Outcome {
    const started = performance.now();
    const height = this.#vm.height;
    try {
      return this.#perform({ op: 'tx', tx })!;
    } catch (error) {
      if (isTrap(error)) this.rewind(this.mark);
      else if (this.#vm.height !== height) this.#operations.push({ op: 'open', burn: false });
      throw error;
    } finally {
      this.#vm.dropReports();
      this.#workMs += performance.now() - started;
    }
  }
  keep(tx: Tx): void {
    this.#operations.push({ op: 'tx', tx });
    if (tx.payload.type === 'deploy') this.#interfaces.delete(tx.payload.contract);
  }
  /** Puts back the state before the transaction, also the block that a deployment began. */
  undo(): void {
    this.rewind(this.mark);
  }

  /** Saves less often while `work` runs. */
  inBulk(work: () => void): void {
    this.#bulk = true;
    try {
      work();
    } finally {
      this.#bulk = false;
      this.#checkpoint();
    }
  }

  #do(operation: Operation): void {
    if (this.#workMs > (this.#bulk ? CHECKPOINT_EVERY_BULK_MS : CHECKPOINT_EVERY_MS)) this.#checkpoint();
    const started = performance.now();
    this.#perform(operation);
    this.#operations.push(operation);
    this.#workMs += performance.now() - started;
  }

  #perform(operation: Operation): Outcome | undefined {
    const vm = this.#vm;
    switch (operation.op) {
      case 'open':
        if (operation.burn) vm.openBurnBlock();
        else vm.openBlock();
        return undefined;
      case 'fee':
        vm.move(operation.amount, operation.payer, MINER);
        return undefined;
      case 'tx': {
        const { payload, sender } = operation.tx;
        if (payload.type === 'call') return vm.call(payload.contract, payload.fn, payload.args, sender);
        if (payload.type === 'transfer')
          return vm.run(
            `(stx-transfer-memo? u${payload.amount} tx-sender '${payload.recipient} 0x${payload.memo})`,
            sender,
          );
        return vm.deploy(payload.name, payload.source, sender, payload.clarityVersion);
      }
    }
  }

  #checkpoint(): void {
    this.#workMs = 0;
    this.#checkpoints.push({ at: this.mark, image: this.#vm.save() });
    // The newest stay dense, the older ones thin out: a reorganisation rarely goes deep.
    while (this.memory.checkpoints > CHECKPOINTS_BYTES && this.#checkpoints.length > 2) {
      const newest = this.#checkpoints.length - 2;
      this.#checkpoints = this.#checkpoints.filter((_, i) => i >= newest || i % 2 === 1);
      if (this.memory.checkpoints > CHECKPOINTS_BYTES) this.#checkpoints.shift();
    }
  }

  /** Puts the VM into its state after the first `mark` operations, and forgets what came later. */
  rewind(mark: number): void {
    this.#checkpoints = this.#checkpoints.filter(({ at }) => at <= mark);
    this.#operations.splice(mark);
    this.#interfaces.clear();
    const { at, image } = this.#checkpoints.at(-1) ?? { at: 0, image: GENESIS };
    this.#vm.restore(image);
    const started = performance.now();
    for (const operation of this.#operations.slice(at)) {
      try {
        this.#perform(operation);
      } catch (error) {
        throw new Error(`The state could not be put back: ${messageOf(error)}`);
      }
      if (operation.op === 'tx') this.#vm.dropReports();
    }
    this.#workMs = performance.now() - started;
    // Whoever aborts once often does it again: do not do the same work each time.
    if (this.#workMs > CHECKPOINT_EVERY_MS / 5) this.#checkpoint();
  }
}
