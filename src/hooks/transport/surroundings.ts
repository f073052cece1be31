import type { Listener, NetworkFacts, NetworkTransport, Vantage } from '../../exchange/index.ts';
import { serverAt } from '../network.ts';
import { referenceOf } from '../session-id.ts';
import { versionOf } from './messages.ts';
import type { Surroundings } from './operations.ts';

/** What the official SDKs' transports over HTTP have and no other: that of a server, and that of a client. */
const SERVER_OVER_HTTP = ['handleRequest', 'handleMessage', 'handlePostMessage'];
const CLIENT_OVER_HTTP = ['terminateSession', 'finishAuth'];

/** Where the official SDKs' clients over HTTP keep the address of the server, of both majors; there is no public place. */
const URL_OF_SDK = '_url';

/** Reads from a transport, of whatever class, what its operations say of it. */
export function surroundingsOf(
  transport: object,
  { references }: Listener,
  options: {
    readonly target?: string;
    readonly vantage?: Vantage;
    readonly networkTransport?: NetworkTransport;
  },
): Surroundings {
  const servesHttp = SERVER_OVER_HTTP.some((name) => name in transport);
  const speaksHttp = CLIENT_OVER_HTTP.some((name) => name in transport);
  const read = (name: string): unknown => Reflect.get(transport, name);
  return {
    target: options.target ?? 'default',
    networkTransport: options.networkTransport ?? (servesHttp || speaksHttp ? 'tcp' : 'pipe'),
    vantage: options.vantage ?? (servesHttp ? 'server' : speaksHttp ? 'client' : undefined),
    network: networkOf(read(URL_OF_SDK)),
    session() {
      const id = read('sessionId');
      return typeof id === 'string' ? referenceOf(id, references) : undefined;
    },
    version: () => versionOf(read('protocolVersion')),
  };
}

function networkOf(url: unknown): NetworkFacts | undefined {
  return url instanceof URL ? serverAt(url) : undefined;
}
