/// <reference lib="dom" />
// The Clarity VM of the Clarinet SDK, with memory that is owned by hand so that its whole state can be saved and put back.
import { createRequire } from 'node:module';
import type { IContractInterface, SDK } from '@stacks/clarinet-sdk-wasm';
import { addressFromVersionHash, addressToString, Cl, type ClarityValue, serializeCVBytes } from '@stacks/transactions';

type Wasm = typeof import('@stacks/clarinet-sdk-wasm');

export type VmEvent = { event: string; data: Record<string, unknown> };
export type Cost = {
  read_count: number;
  read_length: number;
  runtime: number;
  write_count: number;
  write_length: number;
};
/** What one execution gave: the result as hex, its events, its cost where it was tracked. */
export type Outcome = { result: string; events: VmEvent[]; cost: Cost | null };
/** µSTX of a principal: what it can spend, and what is locked until a burn block. */
export type Account = { unlocked: bigint; locked: bigint; unlockHeight: bigint };
/** A saved state: the pages of memory that differ from the genesis, by their offset. */
export type Image = { pages: Map<number, Uint8Array>; bytes: number };

const require = createRequire(import.meta.url);
const EPOCH = '4.0';
/** What a deployment that names no version gets: the newest of the epoch. */
export const DEFAULT_CLARITY_VERSION = 6;
/** The boot address: whoever asks for a balance. */
const NOBODY = 'ST000000000000000000002AMW42H';
/** An address whose key nobody has and that has no contracts, not even the boot contracts. */
const NOWHERE = addressToString(addressFromVersionHash(26, 'ff'.repeat(20)));
/** Seconds that the VM adds with a Stacks block and with a burn block. */
export const STACKS_BLOCK_SECONDS = 10;
export const BURN_BLOCK_SECONDS = 600;
/** The VM's first burn block comes this long after the moment that it takes for the present, and its first Stacks block ten seconds later. */
const OPENING_SECONDS = BURN_BLOCK_SECONDS + STACKS_BLOCK_SECONDS;
const PAGE = 4096;
const EMPTY_PAGE = Buffer.alloc(PAGE);

let compiled: WebAssembly.Module | undefined;

/** Loads the glue anew, so that each chain has a WASM memory of its own. The package keeps its instance private: catch it on the way. */
function load(): { wasm: Wasm; memory: WebAssembly.Memory } {
  const path = require.resolve('@stacks/clarinet-sdk-wasm');
  delete require.cache[path];
  const original = { Instance: WebAssembly.Instance, Module: WebAssembly.Module };
  let caught: WebAssembly.Instance | undefined;
  const catching = {
    Module: function Module(bytes: BufferSource) {
      compiled ??= new original.Module(bytes);
      return compiled;
    },
    Instance: function Instance(module: WebAssembly.Module, imports: WebAssembly.Imports) {
      caught = new original.Instance(module, imports);
      return caught;
    },
  };
  Object.assign(WebAssembly, catching);
  let wasm: Wasm;
  try {
    wasm = require(path) as Wasm;
  } finally {
    Object.assign(WebAssembly, original);
    delete require.cache[path];
  }
  const memory = caught?.exports.memory;
  if (!(memory instanceof WebAssembly.Memory))
    throw new Error('This version of the Clarinet SDK hides its memory: the devnet needs 3.21.');
  return { wasm, memory };
}

/** The VM asks the host for the time once, when its chain begins. */
async function atTime<T>(unixSeconds: number, run: () => Promise<T>): Promise<T> {
  const Real = Date;
  const fixed = unixSeconds * 1000;
  class Fixed extends Real {
    constructor(...args: unknown[]) {
      super(...((args.length > 0 ? args : [fixed]) as [number]));
    }
    static override now() {
      return fixed;
    }
  }
  globalThis.Date = Fixed as DateConstructor;
  try {
    return await run();
  } finally {
    globalThis.Date = Real;
  }
}

/** Every WASM object is freed at once: a finalizer that ran after a restore would free memory that is no longer its own. */
function own<T extends { free(): void }, R>(object: T, use: (object: T) => R): R {
  let result: R;
  try {
    result = use(object);
  } catch (error) {
    // After a trap nothing can be freed, and the memory is about to be put back anyway.
    if (!isTrap(error)) object.free();
    throw error;
  }
  object.free();
  return result;
}

/** The VM reports a failed execution on the console as well; the caller gets it as an error. */
function quiet<T>(run: () => T): T {
  const { error, log } = console;
  console.error = () => {};
  console.log = () => {};
  try {
    return run();
  } finally {
    Object.assign(console, { error, log });
  }
}

/** A panic inside the VM: its memory is in no defined state until it is restored. Anything else that it throws is an answer. */
export function isTrap(error: unknown): boolean {
  return (
    error instanceof WebAssembly.RuntimeError ||
    (error instanceof Error && error.message.includes('recursive use of an object'))
  );
}

export class Vm {
  readonly #wasm: Wasm;
  readonly #memory: WebAssembly.Memory;
  readonly #sdk: SDK;
  readonly #base: Uint8Array;

  private constructor(wasm: Wasm, memory: WebAssembly.Memory, sdk: SDK) {
    this.#wasm = wasm;
    this.#memory = memory;
    this.#sdk = sdk;
    this.#base = new Uint8Array(memory.buffer).slice();
  }

  /**
   * @param genesisTime unix seconds of the chain's first block
   * @param accounts what they own from the first block on, in µSTX
   */
  static async create(genesisTime: number, accounts: { address: string; balance: bigint }[]): Promise<Vm> {
    const { wasm, memory } = load();
    const noFiles = () => Promise.reject(new Error('no file system here'));
    const sdk = new wasm.SDK(noFiles, new wasm.SDKOptions(true, false, false));
    await atTime(genesisTime - OPENING_SECONDS, async () => {
      await sdk.initEmptySession(undefined);
      sdk.setEpoch(EPOCH);
    });
    sdk.deployer = NOWHERE;
    for (const { address, balance } of accounts) sdk.mintSTX(address, balance);
    // The table of outside references must not grow between a save and its restore: grow it once.
    sdk.setLocalAccounts(Array(4096).fill(NOBODY));
    return new Vm(wasm, memory, sdk);
  }

  get height(): number {
    return this.#sdk.stacksBlockHeight;
  }
  get burnHeight(): number {
    return this.#sdk.burnBlockHeight;
  }
  /** Unix seconds of the current block. */
  get time(): number {
    return Number(this.#sdk.getBlockTime());
  }

  /** Begins a new Stacks block; what runs next runs in it. */
  openBlock(): void {
    this.#sdk.mineEmptyStacksBlocks(1);
  }
  /** Begins a new burn block, and the first Stacks block in it. */
  openBurnBlock(): void {
    this.#sdk.mineEmptyBurnBlocks(1);
  }

  #outcome(result: ReturnType<SDK['callPublicFn']>): Outcome {
    return own(result, (r) => ({
      result: r.result,
      events: (JSON.parse(r.events) as string[]).map((event) => JSON.parse(event) as VmEvent),
      cost: (JSON.parse(r.costs) as { total?: Cost } | null)?.total ?? null,
    }));
  }

  /**
   * Runs a public function in the current block, as a transaction of `sender`.
   *
   * `callPublicFn` would begin a block of its own. `callReadOnlyFn` does not, and it runs whatever a transaction may call as soon as the SDK
   * cannot look up the function: the SDK completes a bare contract name with its `deployer` (nowhere), the session with its sender.
   * @throws when the execution breaks off; the state is then as before
   */
  call(contract: string, fn: string, args: ClarityValue[], sender: string): Outcome {
    const dot = contract.indexOf('.');
    return quiet(() => {
      this.#sdk.executeCommand(`::set_tx_sender ${contract.slice(0, dot)}`);
      return own(new this.#wasm.CallFnArgs(contract.slice(dot + 1), fn, args.map(bytesOf), sender), (call) =>
        this.#outcome(this.#sdk.callReadOnlyFn(call)),
      );
    });
  }
  /** Runs a read-only function. @throws when it breaks off, or is not read-only */
  read(contract: string, fn: string, args: ClarityValue[], sender: string): Outcome {
    return quiet(() =>
      own(new this.#wasm.CallFnArgs(contract, fn, args.map(bytesOf), sender), (call) =>
        this.#outcome(this.#sdk.callReadOnlyFn(call)),
      ),
    );
  }
  /** Publishes a contract; begins a new block, also when it fails. */
  deploy(name: string, source: string, sender: string, clarityVersion: number): Outcome {
    const options = new this.#wasm.ContractOptions(clarityVersion);
    return quiet(() =>
      own(new this.#wasm.DeployContractArgs(name, source, options, sender), (deployment) =>
        this.#outcome(this.#sdk.deployContract(deployment)),
      ),
    );
  }
  /** Runs an expression in the current block. Costs are not tracked. */
  run(code: string, sender: string): Outcome {
    return quiet(() => {
      this.#sdk.executeCommand(`::set_tx_sender ${sender}`);
      return this.#outcome(this.#sdk.execute(code));
    });
  }
  /** Moves µSTX outside of any transaction: fees. @throws when the sender has too little */
  move(amount: bigint, from: string, to: string): void {
    const { result } = this.run(`(stx-transfer? u${amount} tx-sender '${to})`, from);
    if (!result.startsWith('0x07')) throw new Error(`${from} cannot pay ${amount} µSTX.`);
  }

  account(principal: string): Account {
    const value = Cl.deserialize(this.run(`(stx-account '${principal})`, NOBODY).result);
    const amount = (name: string) => {
      const field = value.type === 'tuple' ? value.value[name] : undefined;
      return field?.type === 'uint' ? BigInt(field.value) : 0n;
    };
    return { unlocked: amount('unlocked'), locked: amount('locked'), unlockHeight: amount('unlock-height') };
  }
  /** Hex of an optional. @throws when there is no such map */
  mapEntry(contract: string, map: string, key: ClarityValue): string {
    return quiet(() => this.#sdk.getMapEntry(contract, map, bytesOf(key)));
  }
  /** Hex of the value. @throws when there is no such variable */
  dataVar(contract: string, name: string): string {
    return quiet(() => this.#sdk.getDataVar(contract, name));
  }
  source(contract: string): string | undefined {
    return this.#sdk.getContractSource(contract);
  }
  contractInterface(contract: string): IContractInterface | undefined {
    return this.#sdk.getContractsInterfaces().get(contract);
  }
  /** The SDK keeps a cost report for each call until it is asked for them. */
  dropReports(): void {
    own(this.#sdk.collectReport(false, ''), () => undefined);
  }

  /** Bytes of memory that the VM holds. */
  get size(): number {
    return this.#memory.buffer.byteLength;
  }

  /** The whole state, as its difference from the genesis: about 15 ms. */
  save(): Image {
    const memory = Buffer.from(this.#memory.buffer);
    const base = Buffer.from(this.#base.buffer);
    const pages = new Map<number, Uint8Array>();
    for (let at = 0; at < memory.length; at += PAGE) {
      const inBase = at < base.length;
      const order = inBase
        ? memory.compare(base, at, at + PAGE, at, at + PAGE)
        : memory.compare(EMPTY_PAGE, 0, PAGE, at, at + PAGE);
      if (order !== 0) pages.set(at, new Uint8Array(memory.subarray(at, at + PAGE)));
    }
    return { pages, bytes: pages.size * PAGE };
  }
  restore({ pages }: Image): void {
    const memory = new Uint8Array(this.#memory.buffer);
    memory.set(this.#base);
    memory.fill(0, this.#base.length); // memory grows and never shrinks
    for (const [at, page] of pages) memory.set(page, at);
  }
}

function bytesOf(value: ClarityValue): Uint8Array {
  return serializeCVBytes(value);
}
