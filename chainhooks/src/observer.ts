// Listens to a Chainhook node, through the library's event observer: registers the predicate, checks the token, takes it away again at the end.
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BadPayloadRequestError, ChainhookEventObserver } from '@hirosystems/chainhook-client';
import { MalformedBlock } from './block.ts';
import { chainhookV1, type Delivery } from './chainhook-v1.ts';
import type { PredicateFile } from './predicates.ts';

export type ObserverOptions = {
  /** Address of the Chainhook node's HTTP interface. */
  node: string;
  /** Where this side listens. */
  port: number;
  host?: string;
  /** Address under which the node reaches this side. Default: host and port. */
  externalUrl?: string;
  /** Shared secret of the deliveries. */
  token: string;
  predicate: PredicateFile;
  /** Folder that remembers the registration over a restart; a temporary one by default. */
  state?: string;
  /** Blocks have come and are to be taken, or seen as news. A rejection lets the node deliver again. */
  onBlocks: (delivery: Delivery) => Promise<void>;
};

const MAX_PAYLOAD_BYTES = 64 * 1024 * 1024;
const HEALTH_CHECK_MS = 10_000;

/** On Node 24 the library's own undici must be the dispatcher of its requests. */
function useOwnDispatcher(): void {
  const require = createRequire(import.meta.url);
  const undici = createRequire(require.resolve('@hirosystems/chainhook-client'))('undici') as {
    Agent: new () => object;
    setGlobalDispatcher: (agent: object) => void;
  };
  undici.setGlobalDispatcher(new undici.Agent());
}

export async function startChainhookObserver(options: ObserverOptions): Promise<{ close: () => Promise<void> }> {
  const { node, port, host = '127.0.0.1', token, predicate, onBlocks } = options;
  useOwnDispatcher();
  const temporary = options.state === undefined ? mkdtempSync(join(tmpdir(), 'wattconnect-predicates-')) : undefined;
  const observer = new ChainhookEventObserver(
    {
      hostname: host,
      port,
      auth_token: token,
      external_base_url: options.externalUrl ?? `http://${host}:${port}`,
      wait_for_chainhook_node: true,
      // No real payload fits its schema; ours is checked by the adapter.
      validate_chainhook_payloads: false,
      validate_token_authorization: true,
      body_limit: MAX_PAYLOAD_BYTES,
      node_type: 'chainhook',
      predicate_disk_file_path: options.state ?? temporary!,
      predicate_health_check_interval_ms: HEALTH_CHECK_MS,
    },
    { base_url: node },
  );
  await observer.start([structuredClone(predicate) as never], async (payload) => {
    try {
      await onBlocks(chainhookV1(payload));
    } catch (error) {
      if (error instanceof MalformedBlock) throw new BadPayloadRequestError(error.message);
      throw error;
    }
  });
  return {
    close: async () => {
      await observer.close();
      if (temporary) rmSync(temporary, { recursive: true, force: true });
    },
  };
}
