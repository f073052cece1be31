import type { RpcMethod } from '../../../src/exchange/index.ts';
import type { FaultScripts, Wire } from '../script.ts';

interface Rhythm {
  readonly method?: RpcMethod;
  /** How long in all, in seconds. */
  readonly lasts: number;
  /** Gaps in seconds, one after the other, over and over. */
  readonly gaps: readonly number[];
}

/** One client in one session asks for the same thing again and again. */
function poll(wire: Wire, { method = 'tools/list', lasts, gaps }: Rhythm): void {
  const client = wire.client();
  const session = client.initialize();
  const end = wire.now + lasts * 1000;
  for (let i = 0; wire.now < end; i++) {
    client.post(method, session);
    wire.pass(gaps[i % gaps.length] as number);
  }
}

export const scripts: FaultScripts = {
  fault: 'idle-poll',
  faulty: [
    {
      name: 'the tools of a stateless server are asked for every 10 s, with a handshake each time (Cursor forum 134781)',
      tell(wire) {
        const client = wire.client('cursor', 'cursor');
        for (let i = 0; i < 190; i++) {
          client.handshake({ sessionGiven: undefined });
          client.post('tools/list', undefined);
          wire.pass(10);
        }
      },
    },
    {
      name: 'three listings in a bunch every 7 s (shadcn-svelte-mcp#2)',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        for (let i = 0; i < 270; i++) {
          client.post('tools/list', session);
          client.post('prompts/list', session);
          client.post('resources/list', session);
          wire.pass(7);
        }
      },
    },
    { name: 'just over 30 min', tell: (wire) => poll(wire, { lasts: 1850, gaps: [20] }) },
    { name: 'every 5.2 s', tell: (wire) => poll(wire, { lasts: 1900, gaps: [5.2] }) },
    { name: 'every 58 s', tell: (wire) => poll(wire, { lasts: 1950, gaps: [58] }) },
    {
      name: 'a pace that varies by 0.19',
      tell: (wire) => poll(wire, { lasts: 1900, gaps: [24.3, 35.7] }),
    },
  ],
  quiet: [
    { name: 'just under 30 min', tell: (wire) => poll(wire, { lasts: 1740, gaps: [20] }) },
    { name: 'every 4.8 s: no pace of a poll', tell: (wire) => poll(wire, { lasts: 1900, gaps: [4.8] }) },
    { name: 'every 63 s', tell: (wire) => poll(wire, { lasts: 2200, gaps: [63] }) },
    {
      name: 'the list is fetched anew every five minutes, as it should be',
      tell: (wire) => poll(wire, { lasts: 3600, gaps: [300] }),
    },
    {
      name: 'a pace that varies by 0.21: somebody opens the list now and then',
      tell: (wire) => poll(wire, { lasts: 1900, gaps: [23.7, 36.3] }),
    },
    {
      name: 'between the listings, work is done',
      tell(wire) {
        const client = wire.client();
        const session = client.initialize();
        for (let i = 0; i < 190; i++) {
          client.post('tools/list', session);
          if (i % 60 === 59) client.post('tools/call', session);
          wire.pass(10);
        }
      },
    },
  ],
};
