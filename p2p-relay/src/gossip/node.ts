// The libp2p node that relays and browsers share: which protocols, which limits, which scores.
import { type GossipSub, gossipsub, StrictNoSign } from '@libp2p/gossipsub';
import { createTopicScoreParams } from '@libp2p/gossipsub/score';
import { type Identify, identify } from '@libp2p/identify';
import type { Connection, Libp2p, PrivateKey, Stream } from '@libp2p/interface';
import { noise } from '@libp2p/noise';
import { type Ping, ping } from '@libp2p/ping';
import { yamux } from '@libp2p/yamux';
import { Bytes } from '@wattconnect/protocol';
import { createLibp2p, type Libp2pOptions } from 'libp2p';
import type { Guard } from '../guard/guard.ts';
import { CONNECTIONS, DECODE_RPC, MAX_GOSSIP_FRAME_BYTES, MAX_OUTBOUND_BYTES, PENALTY } from '../limits.ts';

export type Services = { identify: Identify; ping: Ping; pubsub: GossipSub };
export type GossipNode = Libp2p<Services>;

/** What the library counts against a peer by itself: messages that we call invalid, and breaches of its protocol. Squared, so that three are enough. */
const TOPIC_SCORE = {
  topicWeight: 1,
  timeInMeshWeight: 0.01,
  timeInMeshQuantum: 1000,
  timeInMeshCap: 300,
  firstMessageDeliveriesWeight: 0.5,
  firstMessageDeliveriesDecay: 0.9,
  firstMessageDeliveriesCap: 20,
  // A neighbourhood may be silent for hours: nobody is blamed for having delivered little.
  meshMessageDeliveriesWeight: 0,
  meshFailurePenaltyWeight: 0,
  invalidMessageDeliveriesWeight: -10,
  invalidMessageDeliveriesDecay: 0.99,
};

export type NodeOptions = {
  topics: string[];
  transports: NonNullable<Libp2pOptions['transports']>;
  listen?: string[];
  announce?: string[];
  privateKey?: PrivateKey;
  guard: Guard;
  /** sha256; a relay has a native one. */
  hash: (bytes: Uint8Array) => Uint8Array;
};

/** The text of the IP address that a connection comes from; undefined when it has none. */
export function addressOf(connection: Pick<Connection, 'remoteAddr'>): string | undefined {
  return connection.remoteAddr.getComponents().find(({ name }) => name === 'ip4' || name === 'ip6')?.value;
}

export async function createNode(options: NodeOptions): Promise<GossipNode> {
  const { guard, hash } = options;
  return createLibp2p<Services>({
    ...(options.privateKey ? { privateKey: options.privateKey } : {}),
    nodeInfo: { name: 'wattconnect', version: '0.1.0' },
    addresses: { listen: options.listen ?? [], announce: options.announce ?? [] },
    transports: options.transports,
    connectionEncrypters: [noise()],
    streamMuxers: [yamux({ maxInboundStreams: 64, maxEarlyStreams: 16 })],
    connectionGater: {
      // Browsers refuse private addresses and plain WebSockets by default; a neighbourhood's relay is just that.
      denyDialMultiaddr: () => false,
      denyDialPeer: (peer) => guard.isBanned(peer.toString()),
      denyInboundConnection: (connection) => {
        const address = addressOf(connection);
        return address !== undefined && guard.isAddressBanned(address);
      },
      denyInboundEncryptedConnection: (peer) => guard.isBanned(peer.toString()),
    },
    connectionManager: {
      maxConnections: CONNECTIONS.most,
      inboundConnectionThreshold: CONNECTIONS.perSecond,
      maxIncomingPendingConnections: CONNECTIONS.pending,
      inboundUpgradeTimeout: CONNECTIONS.handshakeMs,
      inboundStreamProtocolNegotiationTimeout: CONNECTIONS.handshakeMs,
    },
    services: {
      identify: identify({ timeout: CONNECTIONS.handshakeMs }),
      ping: ping(),
      pubsub: gossipsub({
        globalSignaturePolicy: StrictNoSign,
        // Over all bytes, the signature included: an id over less would let anybody block a message by sending a spoilt copy first.
        msgIdFn: (message) => hash(message.data),
        msgIdToStrFn: Bytes.toHex,
        asyncValidation: true,
        allowedTopics: options.topics,
        allowPublishToZeroTopicPeers: true,
        ignoreDuplicatePublishError: true,
        maxInboundDataLength: MAX_GOSSIP_FRAME_BYTES,
        maxOutboundBufferSize: MAX_OUTBOUND_BYTES,
        decodeRpcLimits: DECODE_RPC,
        maxInboundStreams: 4,
        maxOutboundStreams: 4,
        doPX: false,
        scoreParams: {
          topics: Object.fromEntries(options.topics.map((topic) => [topic, createTopicScoreParams(TOPIC_SCORE)])),
          // Many honest homes share one address behind a router.
          IPColocationFactorWeight: 0,
          behaviourPenaltyWeight: -10,
          behaviourPenaltyDecay: 0.99,
          retainScore: 3_600_000,
        },
        scoreThresholds: { gossipThreshold: -40, publishThreshold: -60, graylistThreshold: -PENALTY.ban },
      }),
    },
  });
}

/** Parts of the library that its public face leaves out. A test asserts that they are there, so that an update cannot lose them silently. */
type Internals = {
  streamsInbound: Map<string, { rawStream: Stream }>;
  streamsOutbound: Map<string, { rawStream: Stream }>;
  getScore: (peer: string) => number;
  /** The peer goes in as text: an object would silently skip its score. */
  reportMessageValidationResult: (id: string, peer: string, verdict: Verdict) => void;
};
export type Verdict = 'accept' | 'ignore' | 'reject';

export const internalsOf = (node: GossipNode): Internals => node.services.pubsub as unknown as Internals;

/**
 * Whether gossip flows in both directions. The library opens its streams once a connection and never again: when one of them broke
 * (a peer that froze, a frame over the limit), the connection lives on in silence.
 */
export function hasGossip(node: GossipNode, peer: string): boolean {
  const { streamsInbound, streamsOutbound } = internalsOf(node);
  const hears = streamsInbound.get(peer)?.rawStream.remoteWriteStatus === 'writable';
  return hears && streamsOutbound.get(peer)?.rawStream.writeStatus === 'writable';
}
