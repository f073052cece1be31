import type { RpcMethod } from '../../../src/exchange/index.ts';
import type { FaultScripts, Script, Wire } from '../script.ts';

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

/** Two listings every 20 s, the second so many seconds after the first. */
const pairs =
  (apart: number): Script['tell'] =>
  (wire) => {
    const client = wire.client();
    const session = client.initialize();
    for (let i = 0; i < 100; i++) {
      client.post('tools/list', session);
      wire.pass(apart);
      client.post('prompts/list', session);
      wire.pass(20 - apart);
    }
  };

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
    {
      name: 'just over 30 min',
      above: 'lastsMs',
      closesAfter: 580,
      tell: (wire) => poll(wire, { lasts: 1850, gaps: [20] }),
    },
    { name: 'every 5.2 s', above: 'shortestMs', tell: (wire) => poll(wire, { lasts: 1900, gaps: [5.2] }) },
    { name: 'every 58 s', below: 'longestMs', tell: (wire) => poll(wire, { lasts: 1950, gaps: [58] }) },
    {
      name: 'a pace that varies by 0.195',
      below: 'variation',
      tell: (wire) => poll(wire, { lasts: 1900, gaps: [24.15, 35.85] }),
    },
  ],
  quiet: [
    { name: 'just under 30 min', below: 'lastsMs', tell: (wire) => poll(wire, { lasts: 1740, gaps: [20] }) },
    {
      name: 'every 4.8 s: no pace of a poll',
      below: 'shortestMs',
      tell: (wire) => poll(wire, { lasts: 1900, gaps: [4.8] }),
    },
    { name: 'every 62 s', above: 'longestMs', tell: (wire) => poll(wire, { lasts: 2200, gaps: [62] }) },
    {
      name: 'the list is fetched anew every five minutes, as it should be',
      tell: (wire) => poll(wire, { lasts: 3600, gaps: [300] }),
    },
    {
      name: 'a pace that varies by 0.205: somebody opens the list now and then',
      above: 'variation',
      tell: (wire) => poll(wire, { lasts: 1900, gaps: [23.85, 36.15] }),
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
  edges: [
    { name: 'the two listings of a poll lie 1.95 s apart', below: 'table.bunchMs', tell: pairs(1.95) },
    { name: 'the two listings of a poll lie 2.05 s apart', above: 'table.bunchMs', tell: pairs(2.05) },
  ],
};
