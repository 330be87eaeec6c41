// What is deployed, and in which order. For Node only: it reads the .clar files.
import { readFileSync } from 'node:fs';
import { bootstrapSource, type People, type PublicNetwork } from './bootstrap.ts';
import { BOOTSTRAP, CONTRACTS, TEST_ASSETS, TRAITS } from './names.ts';

export type Source = {
  name: string /** File, from the folder of the contracts. */;
  path: string;
  source: string;
  clarityVersion: 6;
};

const root = new URL('../', import.meta.url);

/** Entering a contract costs its whole source in bytes read: comments and indentation are not deployed. */
export function strip(source: string): string {
  let out = '';
  let inText = false;
  for (let i = 0; i < source.length; i++) {
    const char = source[i]!;
    if (inText && char === '\\') {
      out += char + source[++i];
      continue;
    }
    if (char === '"') inText = !inText;
    if (!inText && char === ';' && source[i + 1] === ';') {
      while (i < source.length && source[i] !== '\n') i++;
      out += '\n';
      continue;
    }
    out += char;
  }
  return out
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n');
}

/** For each line of what {@link strip} leaves, counted from 1, its line in the text. */
export function lineMap(text: string): number[] {
  const map = [0];
  text.split('\n').forEach((line, at) => {
    if (strip(line) !== '') map.push(at + 1);
  });
  return map;
}

/** The file as it was written, comments and all. */
export function original(path: string): string {
  return readFileSync(new URL(path, root), 'utf8');
}

const source = (name: string, path: string): Source => ({
  name,
  path,
  source: strip(original(path)),
  clarityVersion: 6,
});

type Plan = { contracts: Source[]; bootstrap: string };

/**
 * Every contract of a network in its order; the last is the proposal that `governance-dao.construct` runs once. The development
 * network has people that everybody can play; those of the others have to be named.
 */
export function deploymentPlan(network: 'devnet'): Plan;
export function deploymentPlan(network: PublicNetwork, people: People): Plan;
export function deploymentPlan(network: keyof typeof BOOTSTRAP, people?: People): Plan {
  const bootstrap = BOOTSTRAP[network];
  const first = 'proposals/bootstrap-devnet.clar';
  return {
    contracts: [
      ...TRAITS.map((name) => source(name, `traits/${name}.clar`)),
      ...CONTRACTS.map((name) => source(name, `${name}.clar`)),
      ...TEST_ASSETS[network].map((name) => source(name, `tests/assets/${name}.clar`)),
      network === 'devnet'
        ? source(bootstrap, first)
        : {
            name: bootstrap,
            path: first,
            source: strip(bootstrapSource(network, people!, original(first))),
            clarityVersion: 6,
          },
    ],
    bootstrap,
  };
}
