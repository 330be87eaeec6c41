// Random numbers that follow from a text: the same seed gives the same stream everywhere.

/** The next number of the stream, 0 ≤ x < 1. */
export type Random = () => number;

/** Four 32-bit words of a text (Bret Mulvey's and Austin Appleby's mixing, as in "xmur3"). */
function words(text: string): [number, number, number, number] {
  let hash = 1779033703 ^ text.length;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 3432918353);
    hash = (hash << 13) | (hash >>> 19);
  }
  const next = () => {
    hash = Math.imul(hash ^ (hash >>> 16), 2246822507);
    hash = Math.imul(hash ^ (hash >>> 13), 3266489909);
    hash ^= hash >>> 16;
    return hash >>> 0;
  };
  return [next(), next(), next(), next()];
}

/** Chris Doty-Humphrey's sfc32, seeded by any values. */
export function random(...seed: (string | number | bigint)[]): Random {
  let [a, b, c, d] = words(seed.join('\u0000'));
  return () => {
    const sum = (a + b + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 4294967296;
  };
}

export function between(next: Random, low: number, high: number): number {
  return low + next() * (high - low);
}

/** One of the weighted choices. */
export function choose<T extends string>(next: Random, weights: Record<T, number>): T {
  const entries = Object.entries(weights) as [T, number][];
  let left = next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [name, weight] of entries) {
    left -= weight;
    if (left < 0) return name;
  }
  return entries.at(-1)![0];
}
