// A Stacks node as the thin day of deployments/local uses it, over the client of `node.ts`.
import type { PostCondition } from '@stacks/transactions';
import type { Call } from '@wattconnect/contracts';
import { CallRefused, ConditionsBroken, Unreachable } from '../errors.ts';
import { ChainClient as Node } from './node.ts';

export { Unreachable as NodeError };

export type Receipt = { txid: string; ok: boolean; status: string; code?: bigint };

export class ChainClient {
  readonly node: Node;
  readonly #outcomes = new Map<string, Promise<Receipt>>();

  constructor(url: string, deployer: string) {
    this.node = new Node({ url, deployer });
  }

  async json<T>(path: string): Promise<{ body: T }> {
    return { body: (await this.node.get(path)) as T };
  }

  async time(): Promise<number> {
    return (await this.node.tip()).time;
  }

  async submit(key: string, call: Call, conditions: PostCondition[] = []): Promise<string> {
    return new Promise<string>((resolve, reject) => {
      let id = '';
      const outcome = this.node
        .send({ key, call, conditions }, (txid) => {
          id = txid;
          resolve(txid);
        })
        .then(({ txid }): Receipt => ({ txid, ok: true, status: 'success' }))
        .catch((error: unknown): Receipt => {
          if (error instanceof CallRefused)
            return {
              txid: id,
              ok: false,
              status: 'abort_by_response',
              ...(error.contractCode !== undefined && { code: error.contractCode }),
            };
          if (error instanceof ConditionsBroken) return { txid: id, ok: false, status: 'abort_by_post_condition' };
          if (id === '') reject(error);
          throw error;
        });
      void outcome.then(
        () => this.#outcomes.set(id, outcome),
        () => id !== '' && this.#outcomes.set(id, outcome),
      );
      outcome.catch(() => undefined);
      // Remembered as soon as it has a name.
      const timer = setInterval(() => {
        if (id === '') return;
        this.#outcomes.set(id, outcome);
        clearInterval(timer);
      }, 5);
    });
  }

  included(ids: string[]): Promise<Receipt[]> {
    return Promise.all(
      ids.map(async (id) => {
        for (;;) {
          const outcome = this.#outcomes.get(id);
          if (outcome) return outcome;
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      }),
    );
  }
}
