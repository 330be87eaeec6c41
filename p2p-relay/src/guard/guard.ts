// Who may talk to us. The gossip library forgets a penalty when the peer hangs up, and keeps a peer connected whose messages it ignores;
// this list does neither.
import { BAN_MS, BANS_PER_ADDRESS, MAX_BANS, PENALTY } from '../limits.ts';

type Record = { points: number; at: number; until: number; times: number };

export type Guard = ReturnType<typeof createGuard>;

/**
 * Penalty points and bans of peers, and bans of public addresses that several banned peers came from.
 * @param now milliseconds
 * @param onBan told once for each ban, to hang up
 */
export function createGuard({
  now = () => Date.now(),
  onBan = () => {},
}: {
  now?: () => number;
  onBan?: (peer: string, reason: string) => void;
} = {}) {
  const peers = new Map<string, Record>();
  const addresses = new Map<string, { bans: number; until: number }>();
  let banned = 0;

  function bounded<T>(map: Map<string, T>, key: string, value: T): void {
    map.delete(key);
    map.set(key, value);
    if (map.size > MAX_BANS) map.delete(map.keys().next().value!);
  }

  function current(peer: string): Record {
    const moment = now();
    const found = peers.get(peer) ?? { points: 0, at: moment, until: 0, times: 0 };
    const points = found.points * PENALTY.decayPerSecond ** ((moment - found.at) / 1000);
    return { ...found, points, at: moment };
  }

  /** Bans at once, for twice as long as the last time. */
  function ban(peer: string, reason: string, address?: string): void {
    const record = current(peer);
    if (record.until > now()) return;
    const length = Math.min(BAN_MS.first * 2 ** record.times, BAN_MS.longest);
    bounded(peers, peer, { ...record, points: 0, until: now() + length, times: Math.min(record.times + 1, 16) });
    banned++;
    if (address && isPublic(address)) {
      const bans = (addresses.get(address)?.bans ?? 0) + 1;
      bounded(addresses, address, { bans, until: bans >= BANS_PER_ADDRESS ? now() + BAN_MS.first : 0 });
    }
    onBan(peer, reason);
  }

  return {
    ban,
    /** Adds penalty points; bans at the limit. */
    penalise(peer: string, points: number, reason: string, address?: string): void {
      const record = current(peer);
      record.points += points;
      bounded(peers, peer, record);
      if (record.points >= PENALTY.ban) ban(peer, reason, address);
    },
    isBanned: (peer: string): boolean => (peers.get(peer)?.until ?? 0) > now(),
    isAddressBanned: (address: string): boolean => (addresses.get(address)?.until ?? 0) > now(),
    points: (peer: string): number => current(peer).points,
    /** Bans so far, ended ones included. */
    get bans(): number {
      return banned;
    },
  };
}

/** Whether an IP address text is of the public internet. Neighbours behind one private address are not held liable for each other. */
export function isPublic(address: string): boolean {
  const four = /^(?:::ffff:)?(\d+)\.(\d+)\.\d+\.\d+$/i.exec(address);
  if (four) {
    const a = Number(four[1]);
    const b = Number(four[2]);
    return !(
      a === 0 ||
      a === 10 ||
      a === 127 ||
      (a === 100 && b >= 64 && b < 128) ||
      (a === 169 && b === 254) ||
      (a === 172 && b >= 16 && b < 32) ||
      (a === 192 && b === 168) ||
      a >= 224
    );
  }
  return /^[23][0-9a-f]{0,3}:/i.test(address);
}
