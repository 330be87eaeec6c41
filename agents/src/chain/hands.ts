// A key's hands on the chain: many transactions under way, each with exact post-conditions, and refusals in words.
import { Cl, type ClarityValue, makeContractCall, type PostCondition, PostConditionMode } from '@stacks/transactions';
import type { Call } from '@wattconnect/contracts';
import { Keys } from '@wattconnect/protocol';

export class NodeError extends Error {
  readonly reason: string | undefined;
  constructor(message: string, reason?: string) {
    super(message);
    this.name = 'NodeError';
    this.reason = reason;
  }
}

export type Receipt = { txid: string; ok: boolean; status: string; code: bigint | undefined; result: ClarityValue };
type TxJson = { tx_status?: string; tx_result?: { hex: string } };

const FEE = 3000;
const POLL_MS = 15;
const LONGEST_WAIT_MS = 60_000;
const TRIES = 8;

export class ChainClient {
  readonly url: string;
  readonly deployer: string;
  readonly #nonces = new Map<string, bigint>();
  /** One key signs one transaction after the other, whoever asks. */
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(url: string, deployer: string) {
    this.url = url;
    this.deployer = deployer;
  }

  /** Asks the node; one that restarts is normal weather. @throws {NodeError} when it stays away */
  async json<T>(path: string, body?: unknown): Promise<{ status: number; body: T }> {
    let last: unknown;
    for (let attempt = 0; attempt < TRIES; attempt++) {
      try {
        const init =
          body === undefined
            ? {}
            : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
        const response = await fetch(this.url + path, init);
        const text = await response.text();
        return { status: response.status, body: (text === '' ? null : JSON.parse(text)) as T };
      } catch (error) {
        last = error;
        await new Promise((resolve) => setTimeout(resolve, 100 * 2 ** attempt));
      }
    }
    throw new NodeError(`The node at ${this.url} does not answer: ${last instanceof Error ? last.message : last}`);
  }

  /** Unix seconds of the newest block. */
  async time(): Promise<number> {
    return (await this.json<{ block_time: number }>('/extended/v2/blocks/latest')).body.block_time;
  }

  /** Asks a read-only function as of the newest block. @throws {NodeError} when the contract does not answer */
  async read({ contractName, functionName, functionArgs }: Call): Promise<ClarityValue> {
    const { body } = await this.json<{ okay?: boolean; result?: string; cause?: string }>(
      `/v2/contracts/call-read/${this.deployer}/${contractName}/${functionName}`,
      { sender: this.deployer, arguments: functionArgs.map((arg) => `0x${Cl.serialize(arg)}`) },
    );
    if (!body?.okay || body.result === undefined)
      throw new NodeError(`${contractName}.${functionName} gave no answer: ${body?.cause ?? 'the node refused'}`);
    return Cl.deserialize(body.result);
  }

  async #nonce(address: string): Promise<bigint> {
    const known = this.#nonces.get(address);
    if (known !== undefined) return known;
    const { body } = await this.json<{ possible_next_nonce: number }>(`/extended/v1/address/${address}/nonces`);
    return this.#nonces.get(address) ?? BigInt(body.possible_next_nonce);
  }

  /**
   * Signs and submits, without waiting for a block.
   * @param pays what leaves each sender: anything else rolls the transaction back
   * @returns the transaction id
   */
  submit(key: string, call: Call, pays: PostCondition[] = []): Promise<string> {
    const address = Keys.address(key);
    const turn = (this.#turns.get(address) ?? Promise.resolve())
      .catch(() => undefined)
      .then(() => this.#submit(key, address, call, pays));
    this.#turns.set(address, turn);
    return turn;
  }

  async #submit(key: string, address: string, call: Call, pays: PostCondition[]): Promise<string> {
    const size = call.functionArgs.reduce((sum, arg) => sum + Cl.serialize(arg).length / 2, 0);
    for (let attempt = 0; ; attempt++) {
      const nonce = await this.#nonce(address);
      this.#nonces.set(address, nonce + 1n);
      const transaction = await makeContractCall({
        contractAddress: this.deployer,
        ...call,
        senderKey: key,
        network: 'devnet',
        nonce,
        fee: FEE + size,
        postConditionMode: PostConditionMode.Deny,
        postConditions: pays,
        validateWithAbi: false,
      });
      const { status, body } = await this.json<string | { reason?: string }>('/v2/transactions', {
        tx: transaction.serialize(),
      });
      if (status === 200 && typeof body === 'string') return `0x${body}`;
      const reason = typeof body === 'object' && body !== null ? body.reason : undefined;
      this.#nonces.delete(address);
      // The node was restarted, or somebody else uses this key: ask again where it stands.
      if ((reason === 'BadNonce' || reason === 'ConflictingNonceInMempool') && attempt < TRIES) continue;
      throw new NodeError(
        `${call.contractName}.${call.functionName} was not taken: ${reason ?? JSON.stringify(body)}`,
        reason,
      );
    }
  }

  /** Waits until the transactions are in blocks. */
  async included(txids: string[]): Promise<Receipt[]> {
    const deadline = Date.now() + LONGEST_WAIT_MS;
    const out: Receipt[] = [];
    for (const txid of txids) {
      for (;;) {
        const { body } = await this.json<TxJson>(`/extended/v1/tx/${txid}`);
        if (body.tx_result && body.tx_status !== 'pending') {
          const result = Cl.deserialize(body.tx_result.hex);
          const code = result.type === 'err' && result.value.type === 'uint' ? BigInt(result.value.value) : undefined;
          out.push({ txid, ok: body.tx_status === 'success', status: body.tx_status ?? '', code, result });
          break;
        }
        if (Date.now() > deadline) throw new NodeError(`${txid} is in no block after ${LONGEST_WAIT_MS / 1000} s.`);
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
    }
    return out;
  }
}
