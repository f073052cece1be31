import type { IncomingMessage } from 'node:http';
import type { NetworkFacts } from '../exchange/index.ts';

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

/** Where a server is that a client asks at `url`. */
export function serverAt({ protocol, hostname, port }: URL): NetworkFacts {
  return {
    serverAddress: hostname,
    serverPort: port === '' ? DEFAULT_PORTS[protocol] : Number(port),
  };
}

/** Who asks over a connection of node. */
export function clientOf({
  httpVersion,
  socket,
}: Pick<IncomingMessage, 'httpVersion' | 'socket'>): NetworkFacts {
  const { remoteAddress, remotePort } = socket;
  return { protocolVersion: httpVersion, clientAddress: remoteAddress, clientPort: remotePort };
}

/** Who asks from an address; nothing where that is not known. */
export function clientAt(address: string): NetworkFacts | undefined {
  return address === '' ? undefined : { clientAddress: address };
}
