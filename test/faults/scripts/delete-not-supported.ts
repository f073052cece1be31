import type { ClientFamily } from '../../../src/exchange/index.ts';
import type { Answer, FaultScripts, Wire } from '../script.ts';

const NOT_ALLOWED: Answer = { status: 405, bodyClass: 'other' };

interface Leavers {
  /** How many sessions are left idle. */
  readonly idle: number;
  /** How many of those said goodbye and were answered 405. */
  readonly refused: number;
  readonly family?: (i: number) => ClientFamily;
}

/** People who come and go, beside seven who stay: with them, what is left behind is no heap by itself. */
function leave(wire: Wire, { idle, refused, family = () => 'other' }: Leavers): void {
  const staying = Array.from({ length: 7 }, (_, i) => {
    const client = wire.client(`staying ${i}`);
    return { client, session: client.initialize() };
  });
  for (let i = 0; i < idle; i++) {
    const client = wire.client(`leaving ${i}`, family(i));
    const session = client.initialize();
    for (let calls = 0; calls < 4; calls++) client.post('tools/call', session);
    if (i < refused) client.delete(session, NOT_ALLOWED);
  }
  for (let minute = 0; minute < 11; minute++) {
    for (const { client, session } of staying) client.post('tools/call', session);
    wire.pass(60);
  }
}

export const scripts: FaultScripts = {
  fault: 'delete-not-supported',
  faulty: [
    {
      name: 'every goodbye is answered 405, and the sessions pile up (platformatic/mcp#25)',
      tell(wire) {
        for (let i = 0; i < 12; i++) {
          const client = wire.client(`user ${i}`);
          const session = client.initialize();
          for (let calls = 0; calls < 4; calls++) client.post('tools/call', session);
          wire.pass(10);
          client.delete(session, NOT_ALLOWED);
        }
        wire.pass(620);
      },
    },
    {
      name: 'three goodbyes refused, ten sessions idle',
      above: ['refusals', 'idle'],
      tell: (wire) => leave(wire, { idle: 10, refused: 3 }),
    },
  ],
  quiet: [
    {
      name: 'two goodbyes refused',
      below: 'refusals',
      tell: (wire) => leave(wire, { idle: 10, refused: 2 }),
    },
    { name: 'nine sessions idle', below: 'idle', tell: (wire) => leave(wire, { idle: 9, refused: 9 }) },
    {
      name: 'one goodbye refused in each of three families',
      tell: (wire) =>
        leave(wire, {
          idle: 11,
          refused: 3,
          family: (i) => (['cline', 'cursor', 'zed'] as const)[i] ?? 'other',
        }),
    },
    {
      name: 'DELETE is answered 405 and nothing is left: the sessions are in use',
      tell(wire) {
        const clients = Array.from({ length: 12 }, (_, i) => {
          const client = wire.client(`user ${i}`);
          return { client, session: client.initialize() };
        });
        for (let minute = 0; minute < 15; minute++) {
          for (const { client, session } of clients) client.post('tools/call', session);
          wire.pass(60);
        }
        for (const { client, session } of clients) client.delete(session, NOT_ALLOWED);
      },
    },
    {
      name: 'clients of the sessionless era say goodbye with an old id: 405 is right',
      tell(wire) {
        const modern: Answer = { ...NOT_ALLOWED, era: 'sessionless', protocolVersion: '2026-07-28' };
        leave(wire, { idle: 10, refused: 0 });
        for (let i = 0; i < 5; i++) wire.client(`modern ${i}`).delete(`feedfacecaf${i}`, modern);
      },
    },
  ],
  edges: [
    {
      name: 'the goodbyes were 23.5 h ago when ten sessions lie idle',
      below: 'windowMs',
      tell(wire) {
        leave(wire, { idle: 3, refused: 3 });
        wire.pass(23.1 * 3600);
        leave(wire, { idle: 10, refused: 0 });
      },
    },
    {
      name: 'the goodbyes were 24.5 h ago when ten sessions lie idle',
      above: 'windowMs',
      tell(wire) {
        leave(wire, { idle: 3, refused: 3 });
        wire.pass(24.1 * 3600);
        leave(wire, { idle: 10, refused: 0 });
      },
    },
  ],
};
