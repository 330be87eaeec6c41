import { app } from '../app.svelte.ts';
import { balanceOf } from '../chain/node.ts';
import { kwh } from '../core/format.ts';
import { wallet } from './wallet.svelte.ts';

/** What is in the connected wallet, read from the node: money in µSTX. Energy comes with the household's view. */
class Balance {
  stx = $state<bigint>();
  kwh = $state<bigint>();
  at = $state<number>();
  #asked = 0;

  get kwhText(): string {
    return kwh(this.kwh);
  }

  /** Reads it again, at most once a second and a half. */
  async refresh(): Promise<void> {
    const { address } = wallet;
    if (!address || !app.settings) {
      this.stx = undefined;
      this.kwh = undefined;
      return;
    }
    if (Date.now() - this.#asked < 1_500) return;
    this.#asked = Date.now();
    try {
      const [stx, energy] = await Promise.all([balanceOf(address), this.#energy(address)]);
      if (address !== wallet.address) return;
      this.stx = stx;
      this.kwh = energy;
      this.at = Date.now();
    } catch {
      // the figure keeps its age
    }
  }

  async #energy(address: string): Promise<bigint> {
    const { energyOf } = await import('../chain/reads.ts');
    return energyOf(address);
  }

  forget(): void {
    this.stx = undefined;
    this.kwh = undefined;
    this.at = undefined;
    this.#asked = 0;
  }
}

export const balance = new Balance();
