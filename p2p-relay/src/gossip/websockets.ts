// libp2p's WebSocket transport, made safe for strangers. As of @libp2p/websockets 10.1.21:
// - nobody listens to the "error" event of an accepted WebSocket, so that one malformed frame ends the whole process;
// - a message may have 100 MiB, before anything is known of its sender;
// - a connection that says nothing stays open for ever, also over the listener's close;
// - aborting a connection closes it with code 1006, which WebSockets refuse: the socket stays open.
// What is set right here lies in private parts; attacks.test.ts fails when an update moves them.
import type { Listener, Transport } from '@libp2p/interface';
import { type WebSocketsInit, webSockets } from '@libp2p/websockets';
import { CONNECTIONS, MAX_WEBSOCKET_MESSAGE_BYTES } from '../limits.ts';

type Components = Parameters<ReturnType<typeof webSockets>>[0];

/** What a WebSocket of the `ws` package, a socket and a server have in common with what is needed here. */
type Emitter = { on: (event: string, listener: (...args: never[]) => void) => unknown };
type AcceptedSocket = Emitter & { close: (code?: number) => void; terminate: () => void };
type RawSocket = Emitter & { setTimeout: (ms: number, listener: () => void) => unknown; destroy: () => void };
type ListenerInternals = Listener & {
  server: Emitter & { maxConnections: number };
  wsServer: { options: { maxPayload: number } };
  onWsServerConnection: (socket: AcceptedSocket, request: unknown) => void;
};
type TransportInternals = Transport & { _connect: (...args: unknown[]) => Promise<WebSocketLike> };
type WebSocketLike = { close: (code?: number) => void };

const ABNORMAL = 1006;

function protect(listener: ListenerInternals): Listener {
  const open = new Set<RawSocket>();
  listener.server.maxConnections = 2 * CONNECTIONS.most;
  listener.server.on('connection', (socket: RawSocket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    // Until it is a WebSocket, which clears this by itself; from then on libp2p's time for the handshake counts.
    socket.setTimeout(CONNECTIONS.handshakeMs, () => socket.destroy());
  });
  listener.wsServer.options.maxPayload = MAX_WEBSOCKET_MESSAGE_BYTES;

  const accept = listener.onWsServerConnection.bind(listener);
  listener.onWsServerConnection = (socket, request) => {
    socket.on('error', () => socket.terminate());
    const close = socket.close.bind(socket);
    socket.close = (code) => (code === ABNORMAL ? socket.terminate() : close(code));
    accept(socket, request);
  };

  const close = listener.close.bind(listener);
  listener.close = async () => {
    await close();
    for (const socket of open) socket.destroy();
  };
  return listener;
}

export function safeWebSockets(init: WebSocketsInit = {}): (components: Components) => Transport {
  const make = webSockets(init);
  return (components) => {
    const transport = make(components) as TransportInternals;
    const listen = transport.createListener.bind(transport);
    transport.createListener = (options) => protect(listen(options) as ListenerInternals);
    const connect = transport._connect.bind(transport);
    transport._connect = async (...args) => {
      const socket = await connect(...args);
      const close = socket.close.bind(socket);
      socket.close = (code) => close(code === ABNORMAL ? undefined : code);
      return socket;
    };
    return transport;
  };
}
