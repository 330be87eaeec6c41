// A page for the person who runs the relay: is it well, who is connected, what is on offer.
import { createHash } from 'node:crypto';
import { Slot, Units } from '@wattconnect/protocol';
import type { StoredOrder } from '../orders/book.ts';
import type { Status } from './status.ts';

const STYLE = `
:root{color-scheme:light dark;--line:color-mix(in srgb,currentColor 16%,transparent);--soft:color-mix(in srgb,currentColor 62%,transparent)}
body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.35rem;margin:0}h2{font-size:1rem;margin:2rem 0 .5rem}
p,small,th{color:var(--soft)}p{margin:.25rem 0}
dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(8rem,1fr));gap:1rem;margin:1.5rem 0}
dt{color:var(--soft);font-size:.85rem}dd{margin:0;font-size:1.35rem;font-variant-numeric:tabular-nums}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{text-align:left;padding:.35rem .75rem .35rem 0;border-bottom:1px solid var(--line);white-space:nowrap}
th{font-weight:500;font-size:.85rem}td.n,th.n{text-align:right}code{font-size:.85rem;overflow-wrap:anywhere}
`;
export const STYLE_HASH = `sha256-${createHash('sha256').update(STYLE).digest('base64')}`;
const MOST_ROWS = 50;

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const html = (text: string) => text.replace(/[&<>"']/g, (char) => ESCAPES[char]!);
const short = (text: string) => (text.length > 18 ? `${text.slice(0, 8)}…${text.slice(-6)}` : text);
const time = (unix: number) => `${new Date(unix * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

function duration(seconds: number): string {
  const s = Math.floor(seconds);
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min`;
  if (s < 86_400) return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
  return `${Math.floor(s / 86_400)} d ${Math.floor((s % 86_400) / 3600)} h`;
}

function table(head: string[], rows: string[][], empty: string): string {
  if (rows.length === 0) return `<p>${html(empty)}</p>`;
  const cell = (tag: string) => (text: string) => {
    const number = text.startsWith('#');
    return `<${tag}${number ? ' class="n"' : ''}>${html(number ? text.slice(1) : text)}</${tag}>`;
  };
  return `<div class="wide"><table><thead><tr>${head.map(cell('th')).join('')}</tr></thead><tbody>${rows
    .map((row) => `<tr>${row.map(cell('td')).join('')}</tr>`)
    .join('')}</tbody></table></div>`;
}

const CHAIN = { connected: 'connected', waiting: 'no answer yet', none: 'not asked' };

export function page(status: Status, orders: StoredOrder[]): string {
  const figure = (name: string, value: string) => `<div><dt>${html(name)}</dt><dd>${html(value)}</dd></div>`;
  const rate = (name: 'accept' | 'ignore' | 'reject') => `${status.rates[name].toFixed(1)} / s`;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="refresh" content="10"><title>WattConnect relay</title><style>${STYLE}</style></head><body>
<h1>WattConnect relay</h1>
<p>Up for ${duration(status.uptime)}. The chain's clock says ${time(status.now)}; chain ${CHAIN[status.chain]}.</p>
<dl>${figure('Peers', String(status.peers.length))}${figure('Offers', String(status.offers))}${figure('Bids', String(status.bids))}${figure('Passed on', rate('accept'))}${figure('Ignored', rate('ignore'))}${figure('Rejected', rate('reject'))}${figure('Cut off', String(status.bans))}</dl>
<h2>Offers</h2>
${table(
  ['Maker', 'Hour', '#kWh', '#STX per kWh', 'Expires'],
  orders
    .filter(({ kind }) => kind === 'offer')
    .slice(0, MOST_ROWS)
    .map(({ order }) => [
      short(order.maker),
      time(Slot.start(order.slot)),
      `#${Units.formatKwh(order.wh)}`,
      `#${Units.formatStx(order.price)}`,
      time(Number(order.expiry)),
    ]),
  'Nobody offers anything right now.',
)}${status.offers > MOST_ROWS ? `<p>${status.offers - MOST_ROWS} more at <code>/offers</code>.</p>` : ''}
<h2>Peers</h2>
${table(
  ['Peer', 'Address', 'Direction', 'Gossip', '#Penalty'],
  status.peers
    .slice(0, MOST_ROWS)
    .map((peer) => [
      short(peer.id),
      peer.address,
      peer.direction,
      peer.gossip ? 'flows' : 'silent',
      `#${peer.points.toFixed(0)}`,
    ]),
  'No peer is connected.',
)}
<h2>Relays to reach</h2>
${table(
  ['Address', 'State', '#Failed attempts'],
  status.bootstrap.map((one) => [one.address, one.connected ? 'connected' : 'not reached', `#${one.failures}`]),
  'None were named: this relay waits to be found.',
)}
<h2>This relay</h2>
<p><code>${html(status.contract)}</code> on chain ${status.chainId}; ${status.cells.length} ${status.cells.length === 1 ? 'cell' : 'cells'}: <code>${html(status.cells.join(' '))}</code></p>
${status.multiaddrs.map((address) => `<p><code>${html(address)}</code></p>`).join('')}
</body></html>
`;
}
