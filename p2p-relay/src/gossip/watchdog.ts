// Keeps the connections that a node wants: dials, dials again, and renews those whose gossip has died. The library does neither.
import type { PeerId } from '@libp2p/interface';
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr';
import { RelayError } from '../errors.ts';
import { CONNECTIONS, REDIAL } from '../limits.ts';
import { type GossipNode, hasGossip } from './node.ts';

type Target = {
  address: Multiaddr;
  peer: string | undefined;
  dialling: boolean;
  failures: number;
  next: number;
  lasting: boolean;
};

export type Watchdog = {
  /** Dials an address that another relay told of, and forgets it when it cannot be reached. */
  discover: (address: string) => void;
  /** Whether each wanted address is connected. */
  targets: () => { address: string; peer: string | undefined; connected: boolean; failures: number }[];
  close: () => void;
};

/** A multiaddr of text. Throws {@link RelayError}. */
export function parseAddress(text: string): Multiaddr {
  try {
    return multiaddr(text);
  } catch {
    throw new RelayError(
      'bad-address',
      `"${text.slice(0, 100)}" is not a multiaddr. Write it like /ip4/192.0.2.7/tcp/3810 or /dns4/relay.example.org/tcp/443/wss.`,
    );
  }
}

const peerOf = (address: Multiaddr): string | undefined =>
  address.getComponents().findLast(({ name }) => name === 'p2p')?.value;

export function createWatchdog(
  node: GossipNode,
  addresses: string[],
  { onFault = () => {} }: { onFault?: (what: 'redial' | 'silent', peer: string) => void } = {},
): Watchdog {
  const self = node.peerId.toString();
  const closing = new AbortController();
  const targets = new Map<string, Target>();
  const silentSince = new Map<string, number>();

  function want(address: Multiaddr, lasting: boolean): void {
    const text = address.toString();
    const peer = peerOf(address);
    if (peer === self || targets.has(text)) return;
    targets.set(text, { address, peer, dialling: false, failures: 0, next: 0, lasting });
  }
  for (const address of addresses) want(parseAddress(address), true);

  const isConnected = (target: Target) =>
    target.peer !== undefined && node.getConnections().some((one) => one.remotePeer.toString() === target.peer);

  async function dial(text: string, target: Target): Promise<void> {
    target.dialling = true;
    try {
      const connection = await node.dial(target.address, {
        signal: AbortSignal.any([closing.signal, AbortSignal.timeout(CONNECTIONS.handshakeMs)]),
      });
      const peer = connection.remotePeer.toString();
      // An address without a peer id may turn out to be our own.
      if (peer === self) targets.delete(text);
      target.peer = peer;
      target.failures = 0;
      target.next = 0;
    } catch {
      target.failures++;
      if (!target.lasting && target.failures >= 5) targets.delete(text);
      const pause = Math.min(REDIAL.firstMs * 2 ** (target.failures - 1), REDIAL.longestMs);
      // Spread, so that a hundred homes do not knock at a restarted relay in the same instant.
      target.next = performance.now() + pause * (0.75 + Math.random() / 2);
    } finally {
      target.dialling = false;
    }
  }

  function tick(): void {
    const now = performance.now();
    for (const [text, target] of targets)
      if (!target.dialling && now >= target.next && !isConnected(target)) void dial(text, target);
    const peers = new Map<string, PeerId>(
      node.getConnections().map((connection) => [connection.remotePeer.toString(), connection.remotePeer]),
    );
    for (const [peer, id] of peers) {
      if (hasGossip(node, peer)) {
        silentSince.delete(peer);
        continue;
      }
      const since = silentSince.get(peer) ?? now;
      silentSince.set(peer, since);
      if (now - since < REDIAL.graceMs) continue;
      silentSince.delete(peer);
      onFault('silent', peer);
      void node.hangUp(id, { signal: AbortSignal.timeout(1000) }).catch(() => {
        for (const connection of node.getConnections(id)) connection.abort(new Error('It does not close.'));
      });
    }
    for (const peer of silentSince.keys()) if (!peers.has(peer)) silentSince.delete(peer);
  }

  const onDisconnect = (event: CustomEvent<PeerId>) => {
    const peer = event.detail.toString();
    for (const target of targets.values()) {
      if (target.peer !== peer) continue;
      onFault('redial', peer);
      target.next = performance.now() + REDIAL.firstMs * (0.75 + Math.random() / 2);
    }
  };
  node.addEventListener('peer:disconnect', onDisconnect);
  const timer = setInterval(tick, REDIAL.tickMs);
  tick();

  return {
    discover(text) {
      const found = [...targets.values()].filter((target) => !target.lasting).length;
      if (found < CONNECTIONS.discovered) want(parseAddress(text), false);
    },
    targets: () =>
      [...targets].map(([address, target]) => ({
        address,
        peer: target.peer,
        connected: isConnected(target),
        failures: target.failures,
      })),
    close() {
      clearInterval(timer);
      closing.abort();
      node.removeEventListener('peer:disconnect', onDisconnect);
    },
  };
}
