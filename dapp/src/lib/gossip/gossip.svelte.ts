import type { SignedOffer } from '../features/market/listing.ts';

export type GossipState = 'off' | 'connecting' | 'listening' | 'silent';

/** Signed promises that came from neighbours without touching the chain. Starts when a page first needs them. */
class Gossip {
  offers = $state.raw<SignedOffer[]>([]);
  state = $state<GossipState>('off');
  peers = $state(0);
  heardAt = $state<number>();
  #started = false;

  /** Loads the client and joins the neighbourhood; does nothing the second time. */
  start(): void {
    if (this.#started) return;
    this.#started = true;
    void import('./join.ts').then(({ join }) => join(this));
  }

  /** Throws AppError `gossip-silent` when nobody takes it. */
  async publish(kind: 'offer' | 'cancel', cv: Uint8Array, sig: Uint8Array): Promise<void> {
    this.start();
    const { publish } = await import('./join.ts');
    await publish(kind, cv, sig);
  }
}

export const gossip = new Gossip();
