import type { Status } from './status.ts';

const HELP: Record<string, string> = {
  messages_total: 'Gossiped messages by verdict and reason.',
  checkpoints_total: 'Checkpoints handed in over HTTP, by verdict and reason.',
  sync_messages_total: 'Messages that came by sync, by verdict and reason.',
  sync_sessions_total: 'Sync sessions by side and result.',
  connections_total: 'Connections renewed by the watchdog, by cause.',
};

/** The plain text format that Prometheus reads. */
export function metrics(status: Status): string {
  const lines: string[] = [];
  const gauge = (name: string, help: string, value: number) =>
    lines.push(
      `# HELP wattconnect_${name} ${help}`,
      `# TYPE wattconnect_${name} gauge`,
      `wattconnect_${name} ${value}`,
    );
  gauge('peers', 'Connected peers.', status.peers.length);
  gauge('offers', 'Live offers.', status.offers);
  gauge('bids', 'Live bids.', status.bids);
  gauge('entries', 'Live orders and withdrawals.', status.entries);
  gauge('checkpoint_authors', 'Keys of indexers that were heard; nobody vouches for them.', status.checkpoints);
  gauge('queue', 'Messages waiting for validation.', status.queued);
  gauge('uptime_seconds', 'Seconds since the start.', Math.floor(status.uptime));
  gauge('clock_seconds', "The chain's clock, unix seconds.", Math.floor(status.now));
  gauge('resident_bytes', 'Memory in use.', process.memoryUsage.rss());
  lines.push(
    '# HELP wattconnect_bans_total Peers cut off.',
    '# TYPE wattconnect_bans_total counter',
    `wattconnect_bans_total ${status.bans}`,
  );
  lines.push(
    '# HELP wattconnect_chain_failures_total Questions to the chain without an answer.',
    '# TYPE wattconnect_chain_failures_total counter',
    `wattconnect_chain_failures_total ${status.chainFailures}`,
  );
  let last = '';
  for (const [name, labels, count] of status.counters.series()) {
    if (name !== last) {
      if (HELP[name]) lines.push(`# HELP wattconnect_${name} ${HELP[name]}`);
      lines.push(`# TYPE wattconnect_${name} counter`);
      last = name;
    }
    lines.push(`wattconnect_${name}{${labels}} ${count}`);
  }
  return `${lines.join('\n')}\n`;
}
