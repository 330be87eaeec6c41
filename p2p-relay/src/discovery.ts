// Relays tell each other of relays. Which of those addresses may be told, and which dialled.
import type { Connection } from '@libp2p/interface';
import type { Multiaddr } from '@multiformats/multiaddr';
import { SYNC_PROTOCOL } from './gossip/core.ts';
import type { GossipNode } from './gossip/node.ts';
import { parseAddress } from './gossip/watchdog.ts';
import { isPublic } from './guard/guard.ts';
import { SYNC } from './limits.ts';

/** How far an address reaches: 0 this machine, 1 the private network, 2 the internet. Undefined for names and relayed addresses. */
export function reachOf(address: Pick<Multiaddr, 'getComponents'>): 0 | 1 | 2 | undefined {
  const parts = address.getComponents();
  if (parts.some(({ name }) => name === 'p2p-circuit')) return undefined;
  const ip = parts.find(({ name }) => name === 'ip4' || name === 'ip6')?.value;
  if (ip === undefined || ip === '0.0.0.0' || ip === '::') return undefined;
  if (ip === '::1' || ip.startsWith('127.')) return 0;
  return isPublic(ip) ? 2 : 1;
}

/**
 * Those of the addresses that may be dialled when a peer told of them: complete ones that reach at least as far as the connection they came by.
 * A stranger on the internet cannot make a relay knock at the doors of its own network.
 */
export function dialable(addresses: string[], from: Pick<Connection, 'remoteAddr'>): string[] {
  const least = reachOf(from.remoteAddr);
  if (least === undefined) return [];
  return addresses.filter((text) => {
    try {
      const address = parseAddress(text);
      const reach = reachOf(address);
      return reach !== undefined && reach >= least && address.getComponents().at(-1)?.name === 'p2p';
    } catch {
      return false;
    }
  });
}

/** Addresses of connected relays: those that we dialled ourselves, and those that others say they listen on. */
export async function knownRelays(node: GossipNode): Promise<string[]> {
  const out = new Set<string>();
  for (const connection of node.getConnections()) {
    const peer = connection.remotePeer;
    try {
      const { addresses, protocols } = await node.peerStore.get(peer);
      if (!protocols.includes(SYNC_PROTOCOL)) continue;
      const said =
        connection.direction === 'outbound' ? [connection.remoteAddr] : addresses.map(({ multiaddr }) => multiaddr);
      const [best] = said
        .map((address) => (address.toString().includes('/p2p/') ? address.toString() : `${address}/p2p/${peer}`))
        .filter((text) => dialable([text], connection).length === 1 && text.length <= 256);
      if (best) out.add(best);
    } catch {
      // A peer that is just leaving.
    }
    if (out.size === SYNC.maxAddresses) break;
  }
  return [...out];
}
