import { PROBE_NAME } from '../../exchange/index.ts';
import { VERSION } from '../../version.ts';

/** The `User-Agent` of every request of the probe. */
export const PROBE_AGENT = `${PROBE_NAME}/${VERSION}`;

/** The latest revision with sessions: what the handshake asks for. */
export const SESSIONFUL_VERSION = '2025-11-25';

/** The revision without sessions that is spoken. */
export const SESSIONLESS_VERSION = '2026-07-28';

/** A JSON-RPC message as the probe sends it. */
export interface Message {
  readonly method: string;
  readonly id?: number;
  readonly params?: object;
}

const CLIENT = { name: PROBE_NAME, version: VERSION };

/** The handshake. */
export const initialize = (id: number): Message => ({
  method: 'initialize',
  id,
  params: { protocolVersion: SESSIONFUL_VERSION, capabilities: {}, clientInfo: CLIENT },
});

/** What ends the handshake. */
export const INITIALIZED: Message = { method: 'notifications/initialized' };

/** A request that changes nothing, of revision 2026-07-28: it says of itself which, and who sends it. */
export const sessionless = (method: string, id: number, version = SESSIONLESS_VERSION): Message => ({
  method,
  id,
  params: {
    _meta: {
      'io.modelcontextprotocol/protocolVersion': version,
      'io.modelcontextprotocol/clientInfo': CLIENT,
      'io.modelcontextprotocol/clientCapabilities': {},
    },
  },
});
