import type { Answer, FaultScripts } from '../script.ts';

const REFUSED: Answer = { status: 400, bodyClass: 'version', errorUnaddressed: true };
const MODERN: Answer = { era: 'sessionless', protocolVersion: '2026-07-28' };

export const scripts: FaultScripts = {
  fault: 'protocol-version-mismatch',
  faulty: [
    {
      name: 'all requests after the handshake are refused for their version (xiaohongshu-mcp#697)',
      closesAfter: 600,
      tell(wire) {
        const client = wire.client();
        const session = client.handshake({ protocolVersion: '2025-06-18' });
        const header: Answer = { ...REFUSED, protocolVersion: '2025-06-18' };
        client.post('notifications/initialized', session, header);
        client.post('tools/list', session, header);
        client.post('tools/list', session, header);
      },
    },
    {
      name: 'the header names another version than the handshake settled on',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize({ protocolVersion: '2025-06-18' });
        for (let i = 0; i < 3; i++) client.post('tools/call', session, { protocolVersion: '2025-11-25' });
      },
    },
    {
      name: 'the handshake itself is refused for its header (SparkyFitness#2162)',
      tell(wire) {
        const client = wire.client();
        for (let i = 0; i < 3; i++) {
          client.initialize(REFUSED);
          wire.pass(20);
        }
      },
    },
  ],
  quiet: [
    {
      name: 'the probe of a client of two eras is refused once, and it falls back',
      tell(wire) {
        const client = wire.client();
        client.post('server/discover', undefined, { ...REFUSED, ...MODERN });
        const session = client.initialize({ protocolVersion: '2025-11-25' });
        client.post('tools/call', session);
      },
    },
    {
      name: 'the header is left out: older clients know of none',
      tell(wire) {
        const client = wire.client();
        const session = client.handshake({ protocolVersion: '2025-03-26' });
        client.post('notifications/initialized', session, { status: 202, protocolVersion: 'none' });
        for (let i = 0; i < 3; i++) client.post('tools/call', session, { protocolVersion: 'none' });
      },
    },
    {
      name: 'the handshake offers the newest version and settles on an older one',
      tell(wire) {
        const client = wire.client();
        const session = client.handshake({ protocolVersion: '2025-03-26' });
        client.post('notifications/initialized', session, { status: 202, protocolVersion: '2025-03-26' });
        for (let i = 0; i < 3; i++) client.post('tools/call', session, { protocolVersion: '2025-03-26' });
      },
    },
    {
      name: 'two sessions of one client, each with its version',
      tell(wire) {
        const client = wire.client();
        for (const protocolVersion of ['2025-03-26', '2025-11-25'] as const) {
          const session = client.handshake({ protocolVersion });
          client.post('notifications/initialized', session, { status: 202, protocolVersion });
          for (let i = 0; i < 3; i++) client.post('tools/call', session, { protocolVersion });
        }
      },
    },
    {
      name: 'a client of the sessionless era tries one version and then the one the server names',
      tell(wire) {
        const client = wire.client();
        client.post('server/discover', undefined, {
          ...REFUSED,
          era: 'sessionless',
          protocolVersion: 'other',
        });
        client.post('server/discover', undefined, MODERN);
        client.post('tools/call', undefined, MODERN);
      },
    },
  ],
};
