// A Stacks node as agents use it: typed reads, and transactions with several in flight for each sender.
import {
  Cl,
  type ClarityValue,
  hexToCV,
  makeContractCall,
  type PostCondition,
  type StacksTransactionWire,
} from '@stacks/transactions';
import { type Call, type ContractName, errorOf } from '@wattconnect/contracts';
import { Keys } from '@wattconnect/protocol';
import { CallRefused, ConditionsBroken, messageOf, NotTaken, Unreachable } from '../errors.ts';

export type Tip = {
  height: number;
  hash: string;
  /** Unix seconds of the chain. */
  time: number;
};

export type Receipt = {
  txid: string;
  height: number;
  /** Unix seconds of the block. */
  time: number;
  /** What the function returned. */
  result: ClarityValue;
};

export type Transaction = {
  /** Private key of the sender, hex. */
  key: string;
  call: Call;
  /** Everything that may move; nothing else does (Deny). */
  conditions?: PostCondition[];
};

export type ChainClientOptions = {
  /** Node with the API beside it, such as http://127.0.0.1:3999. */
  url: string;
  /** Who deployed the contracts. */
  deployer: string;
  network?: Keys.Network;
  /** Told of what was tried again, in one line. */
  log?: (line: string) => void;
  /** Milliseconds after which a node that does not answer is given up; default two minutes. */
  patience?: number;
};

/** A node takes transactions up to 25 nonces ahead; a few stay free for whoever else uses the account. */
const MAX_IN_FLIGHT = 20;
const MAX_ATTEMPTS = 8;
const IDS_PER_QUESTION = 50;
const POLL_MS = { first: 15, longest: 400 };
const RETRY_MS = { first: 50, longest: 2000 };
const REQUEST_TIMEOUT_MS = 15_000;
const PATIENCE_MS = 120_000;
/** A transaction that the node took and no longer knows after so long is sent again. */
const LOST_MS = 3000;
/** µSTX a byte, and for the rest of the transaction around the arguments. */
const FEE = { perByte: 1n, base: 400n };

type Waiting = {
  txid: string;
  raw: string;
  resolve: (receipt: Receipt) => void;
  reject: (error: Error) => void;
  /** When it was last known to be in the mempool, milliseconds. */
  seen: number;
  /** When it was sent, milliseconds. */
  since: number;
};

type Lane = {
  /** The next nonce; undefined when the node has to be asked. */
  next: bigint | undefined;
  inFlight: number;
  /** Told when one is no longer in flight. */
  freed: (() => void)[];
  /** Broadcasts of one sender go out in the order of their nonces. */
  turn: Promise<unknown>;
};

type Sent = { error?: unknown; reason?: unknown; reason_data?: { message?: unknown } };

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export class ChainClient {
  readonly url: string;
  readonly deployer: string;
  readonly network: Keys.Network;
  readonly chainId: number;
  readonly #log: (line: string) => void;
  readonly #patience: number;
  readonly #lanes = new Map<string, Lane>();
  readonly #waiting = new Map<string, Waiting>();
  readonly #closing = new AbortController();
  #polling = false;
  #sent = 0;

  constructor({ url, deployer, network = 'devnet', log = () => {}, patience = PATIENCE_MS }: ChainClientOptions) {
    this.url = url.replace(/\/+$/, '');
    this.deployer = deployer;
    this.network = network;
    this.chainId = Keys.CHAIN_ID[network];
    this.#log = log;
    this.#patience = patience;
  }

  /** How many transactions were sent so far. */
  get sent(): number {
    return this.#sent;
  }

  contract(name: ContractName): string {
    return `${this.deployer}.${name}`;
  }

  address(key: string): string {
    return Keys.address(key, this.network);
  }

  /** Gives up everything that is under way. */
  close(): void {
    this.#closing.abort(new Unreachable('The client was closed.'));
    for (const waiting of this.#waiting.values()) waiting.reject(new Unreachable('The client was closed.'));
    this.#waiting.clear();
  }

  // ---- reading

  /** An answer in JSON; undefined when there is no such thing. Asks again while the node does not answer. @throws {Unreachable} */
  async get(path: string): Promise<unknown> {
    const { status, body } = await this.#ask(path, {});
    if (status === 404) return undefined;
    if (status !== 200) throw new Unreachable(`${this.url}${path} answered ${status}.`);
    return body;
  }

  /** The newest block. */
  async tip(): Promise<Tip> {
    const body = (await this.get('/extended/v2/blocks/latest')) as Record<string, unknown> | undefined;
    const { height, index_block_hash: hash, block_time: time } = body ?? {};
    if (typeof height !== 'number' || typeof hash !== 'string' || typeof time !== 'number')
      throw new Unreachable(`${this.url} names no block.`);
    return { height, hash, time };
  }

  /** µSTX that an account may spend. */
  async balance(address: string): Promise<bigint> {
    const body = (await this.get(`/v2/accounts/${address}?proof=0`)) as { balance?: unknown } | undefined;
    if (typeof body?.balance !== 'string') throw new Unreachable(`${this.url} names no balance.`);
    return BigInt(body.balance);
  }

  /** The raw result of a read-only function. @throws {Unreachable} when the node cannot say, {CallRefused} never */
  async read({ contractName, functionName, functionArgs }: Call): Promise<ClarityValue> {
    const path = `/v2/contracts/call-read/${this.deployer}/${contractName}/${functionName}`;
    const { status, body } = await this.#ask(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        sender: this.deployer,
        arguments: functionArgs.map((value) => `0x${Cl.serialize(value)}`),
      }),
    });
    const { okay, result, cause } = (body ?? {}) as { okay?: unknown; result?: unknown; cause?: unknown };
    if (status !== 200 || okay !== true || typeof result !== 'string')
      throw new Unreachable(`${contractName}.${functionName} could not be read: ${String(cause ?? status)}`);
    return hexToCV(result);
  }

  async #ask(path: string, init: RequestInit): Promise<{ status: number; body: unknown; text: string }> {
    const started = Date.now();
    for (let wait = RETRY_MS.first; ; wait = Math.min(2 * wait, RETRY_MS.longest)) {
      try {
        const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]);
        const response = await fetch(`${this.url}${path}`, { ...init, signal });
        const text = await response.text();
        if (response.status >= 500) throw new Unreachable(`it answered ${response.status}`);
        let body: unknown;
        try {
          body = JSON.parse(text);
        } catch {
          body = undefined;
        }
        return { status: response.status, body, text };
      } catch (error) {
        if (this.#closing.signal.aborted) throw new Unreachable('The client was closed.');
        if (Date.now() - started > this.#patience)
          throw new Unreachable(`The node ${this.url} does not answer: ${messageOf(error)}`, { cause: error });
        await pause(wait);
      }
    }
  }

  // ---- writing

  /**
   * Signs, sends and waits until a block holds the transaction.
   * @throws {CallRefused} when the contract refuses, {ConditionsBroken}, {NotTaken} when the node refuses, {Unreachable}
   */
  async send(transaction: Transaction, onSent: (txid: string) => void = () => {}): Promise<Receipt> {
    const address = this.address(transaction.key);
    const lane = this.#lane(address);
    while (lane.inFlight >= MAX_IN_FLIGHT) await new Promise<void>((resolve) => lane.freed.push(resolve));
    lane.inFlight++;
    try {
      const turn = lane.turn.then(() => this.#broadcast(transaction, address, lane));
      lane.turn = turn.catch(() => undefined);
      const { txid, raw } = await turn;
      onSent(txid);
      return await this.#included(txid, raw, transaction.call);
    } finally {
      lane.inFlight--;
      lane.freed.shift()?.();
    }
  }

  #lane(address: string): Lane {
    const known = this.#lanes.get(address);
    if (known) return known;
    const lane: Lane = { next: undefined, inFlight: 0, freed: [], turn: Promise.resolve() };
    this.#lanes.set(address, lane);
    return lane;
  }

  async #nextNonce(address: string): Promise<bigint> {
    const body = (await this.get(`/extended/v1/address/${address}/nonces`)) as { possible_next_nonce?: unknown };
    if (typeof body?.possible_next_nonce !== 'number') throw new Unreachable(`${this.url} names no nonce.`);
    return BigInt(body.possible_next_nonce);
  }

  async #sign({ key, call, conditions = [] }: Transaction, nonce: bigint): Promise<StacksTransactionWire> {
    const bytes = call.functionArgs.reduce((sum, arg) => sum + Cl.serialize(arg).length / 2, 0);
    return makeContractCall({
      contractAddress: this.deployer,
      contractName: call.contractName,
      functionName: call.functionName,
      functionArgs: call.functionArgs,
      senderKey: key,
      nonce,
      fee: FEE.base + FEE.perByte * BigInt(bytes),
      network: this.network,
      postConditionMode: 'deny',
      postConditions: conditions,
    });
  }

  /** Gets the transaction into the mempool, whatever it takes. */
  async #broadcast(transaction: Transaction, address: string, lane: Lane): Promise<{ txid: string; raw: string }> {
    const { contractName, functionName } = transaction.call;
    for (let attempt = 1; ; attempt++) {
      lane.next ??= await this.#nextNonce(address);
      const nonce = lane.next;
      const signed = await this.#sign(transaction, nonce);
      const raw = signed.serialize();
      const txid = `0x${signed.txid()}`;
      const refused = await this.#offer(raw);
      // A request whose answer was lost may have been heard all the same.
      if (refused === undefined || (await this.#knows(txid))) {
        lane.next = nonce + 1n;
        this.#sent++;
        return { txid, raw };
      }
      lane.next = undefined;
      const again = ['BadNonce', 'ConflictingNonceInMempool', 'TooMuchChaining', 'ServerFailureOther'];
      if (!again.includes(refused.reason) || attempt >= MAX_ATTEMPTS)
        throw new NotTaken(
          refused.reason,
          `The node does not take ${contractName}.${functionName} of ${address}: ${refused.message}`,
        );
      this.#log(`${functionName} of ${address} goes out again: ${refused.reason}`);
      await pause(RETRY_MS.first * attempt);
    }
  }

  /** Undefined when the node takes it. */
  async #offer(raw: string): Promise<{ reason: string; message: string } | undefined> {
    const { status, body, text } = await this.#ask('/v2/transactions', {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: Buffer.from(raw, 'hex'),
    });
    if (status === 200) return undefined;
    const { reason, error, reason_data: data } = (body ?? {}) as Sent;
    const name = typeof reason === 'string' ? reason : 'Refused';
    return { reason: name, message: String(data?.message ?? reason ?? error ?? text.slice(0, 200)) };
  }

  async #knows(txid: string): Promise<boolean> {
    const body = (await this.get(`/extended/v1/tx/${txid}`)) as { tx_status?: unknown } | undefined;
    return typeof body?.tx_status === 'string' && !body.tx_status.startsWith('dropped');
  }

  #included(txid: string, raw: string, call: Call): Promise<Receipt> {
    return new Promise<Receipt>((resolve, reject) => {
      if (this.#closing.signal.aborted) return reject(new Unreachable('The client was closed.'));
      const now = Date.now();
      this.#waiting.set(txid, { txid, raw, resolve, reject, seen: now, since: now });
      void this.#poll();
    }).catch((error: unknown) => {
      if (error instanceof CallRefused) error.message = `${call.functionName}: ${error.message}`;
      throw error;
    });
  }

  /** Asks for all that wait, as long as something waits. */
  async #poll(): Promise<void> {
    if (this.#polling) return;
    this.#polling = true;
    let wait = POLL_MS.first;
    while (this.#waiting.size > 0) {
      await pause(wait);
      const before = this.#waiting.size;
      try {
        for (let ids = [...this.#waiting.keys()]; ids.length > 0; ) await this.#look(ids.splice(0, IDS_PER_QUESTION));
      } catch (error) {
        for (const waiting of this.#waiting.values()) waiting.reject(error as Error);
        this.#waiting.clear();
      }
      wait = this.#waiting.size < before ? POLL_MS.first : Math.min(wait * 1.5, POLL_MS.longest);
    }
    this.#polling = false;
  }

  async #look(ids: string[]): Promise<void> {
    const body = (await this.get(`/extended/v1/tx/multiple?${ids.map((id) => `tx_id=${id}`).join('&')}`)) as
      | Record<string, { found?: boolean; result?: Record<string, unknown> } | undefined>
      | undefined;
    const now = Date.now();
    for (const id of ids) {
      const waiting = this.#waiting.get(id);
      if (!waiting) continue;
      const answer = body?.[id];
      const status = answer?.found ? String(answer.result?.tx_status) : 'unknown';
      if (status === 'pending') {
        waiting.seen = now;
        if (now - waiting.since > this.#patience)
          this.#end(waiting, new Unreachable(`Transaction ${id} has been waiting for ${this.#patience / 1000} s.`));
      } else if (status === 'unknown' || status.startsWith('dropped')) {
        await this.#revive(waiting, now);
      } else {
        this.#conclude(waiting, status, answer!.result!);
      }
    }
  }

  #end(waiting: Waiting, outcome: Receipt | Error): void {
    this.#waiting.delete(waiting.txid);
    if (outcome instanceof Error) waiting.reject(outcome);
    else waiting.resolve(outcome);
  }

  /** The node took it and knows it no more: a fork dropped it, or the node began anew. */
  async #revive(waiting: Waiting, now: number): Promise<void> {
    if (now - waiting.seen < LOST_MS) return;
    const refused = await this.#offer(waiting.raw);
    waiting.seen = now;
    if (refused === undefined) return this.#log(`${waiting.txid} was lost and goes out again`);
    if (await this.#knows(waiting.txid)) return;
    for (const lane of this.#lanes.values()) lane.next = undefined;
    this.#end(waiting, new NotTaken('Dropped', `Transaction ${waiting.txid} was dropped: ${refused.message}`));
  }

  #conclude(waiting: Waiting, status: string, row: Record<string, unknown>): void {
    const { txid } = waiting;
    const { block_height: height, block_time: time, tx_result, vm_error } = row;
    const hex = (tx_result as { hex?: unknown } | undefined)?.hex;
    if (typeof height !== 'number' || typeof time !== 'number' || typeof hex !== 'string')
      return this.#end(waiting, new Unreachable(`The node tells nothing of transaction ${txid}.`));
    const result = hexToCV(hex);
    if (status === 'success') {
      const value = result.type === 'ok' ? result.value : result;
      return this.#end(waiting, { txid, height, time, result: value });
    }
    if (status === 'abort_by_post_condition')
      return this.#end(waiting, new ConditionsBroken(`A post-condition did not hold: ${String(vm_error)}`, txid));
    const code = result.type === 'err' && result.value.type === 'uint' ? BigInt(result.value.value) : undefined;
    const info = code === undefined ? undefined : errorOf(code);
    const said = info ? `${info.message} (${info.name})` : `the contract refused with ${code ?? String(vm_error)}.`;
    this.#end(waiting, new CallRefused(said, { txid, contractCode: code, reason: info?.name }));
  }
}
