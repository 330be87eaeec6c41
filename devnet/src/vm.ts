// The Clarity VM of the Clarinet SDK, with memory that is owned by hand so that its whole state can be saved and put back.
import { createRequire } from 'node:module';
import type { IContractInterface, SDK } from '@stacks/clarinet-sdk-wasm';
import { Cl, type ClarityValue, serializeCVBytes } from '@stacks/transactions';

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

const require = createRequire(import.meta.url);
const EPOCH = '4.0';
/** The VM's first block lies this far after the moment at which it asks for the time. */
const FIRST_BLOCK_AFTER_S = 610;
/** Nobody's address: whoever asks for a balance. */
const NOBODY = 'ST000000000000000000002AMW42H';
/** Seconds that the VM adds with a Stacks block and with a burn block. */
export const STACKS_BLOCK_SECONDS = 10;
export const BURN_BLOCK_SECONDS = 600;

/** Loads the module anew: each chain has a WASM memory of its own. The package keeps its instance private, so catch it on the way. */
function load(): { wasm: Wasm; memory: WebAssembly.Memory } {
  const path = require.resolve('@stacks/clarinet-sdk-wasm');
  delete require.cache[path];
  const Original = WebAssembly.Instance;
  let caught: WebAssembly.Instance | undefined;
  class Catching extends Original {
    constructor(module: WebAssembly.Module, imports?: WebAssembly.Imports) {
      super(module, imports);
      caught = this;
    }
  }
  (WebAssembly as { Instance: unknown }).Instance = Catching;
  let wasm: Wasm;
  try {
    wasm = require(path) as Wasm;
  } finally {
    (WebAssembly as { Instance: unknown }).Instance = Original;
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
  try {
    return use(object);
  } finally {
    object.free();
  }
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

export class Vm {
  readonly #wasm: Wasm;
  readonly #memory: WebAssembly.Memory;
  readonly #sdk: SDK;

  private constructor(wasm: Wasm, memory: WebAssembly.Memory, sdk: SDK) {
    this.#wasm = wasm;
    this.#memory = memory;
    this.#sdk = sdk;
  }

  /** @param genesisTime unix seconds of the chain's first block */
  static async create(genesisTime: number): Promise<Vm> {
    const { wasm, memory } = load();
    const sdk = new wasm.SDK(
      () => Promise.reject(new Error('no file system here')),
      new wasm.SDKOptions(true, false, false),
    );
    await atTime(genesisTime - FIRST_BLOCK_AFTER_S, async () => {
      await sdk.initEmptySession(undefined);
      sdk.setEpoch(EPOCH);
    });
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

  mint(address: string, amount: bigint): void {
    this.#sdk.mintSTX(address, amount);
  }
  emptyBlock(): void {
    this.#sdk.mineEmptyStacksBlocks(1);
  }
  burnBlock(): void {
    this.#sdk.mineEmptyBurnBlocks(1);
  }

  #outcome(result: ReturnType<SDK['callPublicFn']>): Outcome {
    return own(result, (r) => ({
      result: r.result,
      events: (JSON.parse(r.events) as string[]).map((event) => JSON.parse(event) as VmEvent),
      cost: (JSON.parse(r.costs) as { total?: Cost } | null)?.total ?? null,
    }));
  }

  /** Runs a public function in a block of its own. */
  call(contract: string, fn: string, args: ClarityValue[], sender: string): Outcome {
    return quiet(() =>
      own(new this.#wasm.CallFnArgs(contract, fn, args.map(bytesOf), sender), (a) =>
        this.#outcome(this.#sdk.callPublicFn(a)),
      ),
    );
  }
  read(contract: string, fn: string, args: ClarityValue[], sender: string): Outcome {
    return quiet(() =>
      own(new this.#wasm.CallFnArgs(contract, fn, args.map(bytesOf), sender), (a) =>
        this.#outcome(this.#sdk.callReadOnlyFn(a)),
      ),
    );
  }
  /** Publishes a contract in a block of its own. */
  deploy(name: string, source: string, sender: string, clarityVersion: number): Outcome {
    return quiet(() =>
      own(
        new this.#wasm.DeployContractArgs(name, source, new this.#wasm.ContractOptions(clarityVersion), sender),
        (a) => this.#outcome(this.#sdk.deployContract(a)),
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

  /** µSTX that an address owns. */
  balance(principal: string): bigint {
    const value = Cl.deserialize(this.run(`(stx-get-balance '${principal})`, NOBODY).result);
    return value.type === 'uint' ? BigInt(value.value) : 0n;
  }
  mapEntry(contract: string, map: string, key: ClarityValue): string {
    return quiet(() => this.#sdk.getMapEntry(contract, map, bytesOf(key)));
  }
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

  /** The whole state, about 80 MB and 11 ms. */
  save(): Uint8Array {
    return new Uint8Array(this.#memory.buffer).slice();
  }
  restore(saved: Uint8Array): void {
    const memory = new Uint8Array(this.#memory.buffer);
    memory.set(saved);
    memory.fill(0, saved.length); // memory grows and never shrinks
  }
}

function bytesOf(value: ClarityValue): Uint8Array {
  return serializeCVBytes(value);
}
