// How the indexer is, for machines and for people.
import { type Author, SAYINGS } from './gossip.ts';
import type { Counters } from './indexer.ts';
import { type Peer, VERDICTS } from './peers.ts';
import type { BlockRow } from './store/types.ts';

export type Tip = { number: number; hash: string; timestamp: number; digest: string };
export const tipOf = ({ height, hash, time, digest }: BlockRow): Tip => ({
  number: height,
  hash,
  timestamp: time,
  digest,
});

export type Status = {
  status: 'starting' | 'ok' | 'failing';
  tip: Tip | null;
  /** Where blocks are pulled from. */
  source: string | null;
  sourceHeight: number | null;
  sourceHash: string | null;
  lagBlocks: number | null;
  /** Pushed payloads since the start; the way they come, if any. */
  deliveries: number;
  push: string | null;
  network: string | null;
  /** Other indexers, and whether they agree. */
  peers: Peer[];
  /** Indexers that were heard in gossip: those whom the operator named, and keys that nobody vouches for. */
  authors: Author[];
  deployer: string;
  schema: string;
  error: string | null;
  counters: Counters;
  databaseBytes: number;
  listeners: number;
  startedAt: string;
};

const escaped = (text: unknown): string => String(text).replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
const number = (value: number | null) =>
  value === null ? '–' : value.toLocaleString('en-US').replaceAll(',', '\u202f');
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;

/** How far the views are behind, in words. */
function verdict({ status, lagBlocks, error, tip }: Status): { word: string; sentence: string } {
  if (status === 'failing') return { word: 'Not in step', sentence: error ?? 'Something is wrong.' };
  if (!tip) return { word: 'Starting', sentence: 'The first block has not come yet.' };
  if (lagBlocks !== null && lagBlocks > 0)
    return { word: 'Catching up', sentence: `${number(lagBlocks)} blocks to go.` };
  return { word: 'In step', sentence: 'The views show the newest block of the chain.' };
}

export const STATUS_STYLE = `:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}body{max-width:44rem;margin:0 auto;padding:1.5rem}
h1{font-size:1.3rem}h2{font-size:1rem;margin:2rem 0 .5rem}p.state{font-size:1.6rem;margin:.5rem 0 0}
dl{display:grid;grid-template-columns:minmax(9rem,auto) 1fr;gap:.3rem 1rem;margin:0}dt{opacity:.7}dd{margin:0;overflow-wrap:anywhere}
code{font-size:.85em}.failing{color:#b3261e}@media (prefers-color-scheme:dark){.failing{color:#ff8a80}}`;

function peersOf(peers: readonly Peer[]): string {
  if (peers.length === 0) return '';
  const rows = peers.map(({ url, verdict, height }) => {
    const at = height === null || verdict === 'silent' ? '' : ` at block ${number(height)}`;
    const form = verdict === 'differs' ? ' class="failing"' : '';
    return `<dt>${escaped(url)}</dt><dd${form}>${escaped(VERDICTS[verdict] + at)}</dd>`;
  });
  const agreeing = peers.filter(({ verdict }) => verdict === 'agrees').length;
  return `<h2>Other indexers: ${agreeing} of ${peers.length} agree</h2><dl>${rows.join('')}</dl>`;
}

/** Of keys that nobody vouches for: anybody can make as many as he likes. */
const MOST_STRANGERS = 20;

function authorsOf(authors: readonly Author[]): string {
  if (authors.length === 0) return '';
  const row = ({ signer, verdict, height }: Author) => {
    const at = height === null ? '' : ` at block ${number(height)}`;
    return `<dt><code>${escaped(signer)}</code></dt><dd>${escaped(SAYINGS[verdict] + at)}</dd>`;
  };
  const trusted = authors.filter((one) => one.trusted);
  const strangers = authors.filter((one) => !one.trusted);
  const count = (verdict: string, list: readonly Author[]) => list.filter((one) => one.verdict === verdict).length;
  const named =
    trusted.length === 0
      ? ''
      : `<h2>In gossip: ${count('agrees', trusted)} of ${trusted.length} trusted keys agree</h2><dl>${trusted
          .map((one) => (one.verdict === 'differs' ? row(one).replace('<dd>', '<dd class="failing">') : row(one)))
          .join('')}</dl>`;
  const others =
    strangers.length === 0
      ? ''
      : `<h2>In gossip: ${strangers.length} keys that nobody vouches for</h2><p>Anybody can make such keys; they count for nothing. ${count('agrees', strangers)} say the same, ${count('differs', strangers)} differ.</p><dl>${strangers
          .slice(0, MOST_STRANGERS)
          .map(row)
          .join('')}</dl>`;
  return named + others;
}

/** A page for people. It renews itself every ten seconds, without a script. */
export function statusPage(status: Status): string {
  const { tip, counters } = status;
  const { word, sentence } = verdict(status);
  const rows = (entries: [string, string][]) =>
    `<dl>${entries.map(([name, value]) => `<dt>${escaped(name)}</dt><dd>${value}</dd>`).join('')}</dl>`;
  const code = (text: string) => `<code>${escaped(text)}</code>`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="10"><title>${escaped(word)} · WattConnect indexer</title><style>${STATUS_STYLE}</style></head>
<body><main>
<h1>WattConnect indexer</h1>
<p class="state ${escaped(status.status)}">${escaped(word)}</p><p>${escaped(sentence)}</p>
<h2>The views</h2>
${rows([
  ['Newest block', tip ? escaped(number(tip.number)) : '–'],
  [
    'Its time',
    tip ? escaped(new Date(tip.timestamp * 1000).toISOString().replace('T', ' ').replace('.000Z', ' UTC')) : '–',
  ],
  ['Its hash', tip ? code(tip.hash) : '–'],
  ['Digest', tip ? code(tip.digest) : '–'],
  ['Deployment', code(status.deployer)],
  ['Schema', code(status.schema)],
])}
<p>Two indexers of one deployment that show the same digest for the same block hold the same views.</p>
<h2>Where they come from</h2>
${rows([
  ['Chain', escaped(status.network ?? '–')],
  ['Pulled from', escaped(status.source ?? '–')],
  ['Its newest block', escaped(number(status.sourceHeight))],
  ['Behind', escaped(status.lagBlocks === null ? '–' : `${number(status.lagBlocks)} blocks`)],
  ['Pushed by', escaped(status.push ?? 'nobody: the source is asked every second')],
  ['Deliveries', escaped(number(status.deliveries))],
])}
${peersOf(status.peers)}${authorsOf(status.authors)}<h2>Since ${escaped(status.startedAt.replace('T', ' ').replace(/\.\d+Z/, ' UTC'))}</h2>
${rows([
  ['Blocks', escaped(number(counters.blocks))],
  ['Events', escaped(number(counters.events))],
  [
    'Forks followed',
    escaped(
      `${number(counters.reorgs)}${counters.reorgs > 0 ? `, the deepest ${number(counters.deepest)} blocks` : ''}`,
    ),
  ],
  ['Database', escaped(status.databaseBytes === 0 ? 'in memory' : megabytes(status.databaseBytes))],
])}
<h2>Ask it</h2>
<p><a href="graphql">/graphql</a> with an explorer · <a href="health">/health</a> · <a href="ready">/ready</a> · <a href="metrics">/metrics</a> · /head sends every new block · /notifications/ADDRESS what happens to a household</p>
</main></body></html>
`;
}
