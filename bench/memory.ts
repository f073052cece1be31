/** In a process with --expose-gc: the bytes a live session takes, for a number of clients. Printed as JSON. */
import { randomUUID } from 'node:crypto';
import type { Exchange } from '../src/exchange/index.ts';
import { createObserver } from '../src/index.ts';
import { anExchange } from '../test/support/an-exchange.ts';

const SESSIONS = 100_000;
const clients = Number(process.argv[2]);

const observer = createObserver({ table: { sessionLimit: SESSIONS } });
const { references } = observer;

function exchangeOf(client: number, facts: Partial<Exchange>): Exchange {
  const now = observer.now();
  return anExchange({
    rpcMethods: ['tools/call'],
    client: references.of(`client ${client}`),
    principal: references.of('principal '),
    family: 'claude-code',
    startedAt: now - 1,
    endedAt: now,
    ...facts,
  });
}

function heap(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

// What is remembered of hashes has its own limit; it is filled before, so that it is not counted.
for (let i = 0; i < 20_000; i++) references.of(randomUUID());
observer.exchange(exchangeOf(0, { rpcMethods: ['initialize'], sessionGiven: references.of(randomUUID()) }));
observer.refresh();
const before = heap();

for (let i = 0; i < SESSIONS - 1; i++) {
  const rpcMethods = ['initialize'] as const;
  observer.exchange(exchangeOf(i % clients, { rpcMethods, sessionGiven: references.of(randomUUID()) }));
}
observer.refresh();
const fresh = heap();

// As every sound client does: the handshake is finished, and then there is work.
let i = 0;
for (const { ref } of Array.from(observer.sessions.sessions())) {
  const client = i++ % clients;
  const rpcMethods = ['notifications/initialized'] as const;
  observer.exchange(exchangeOf(client, { sessionSent: ref, rpcMethods, status: 202 }));
  observer.exchange(exchangeOf(client, { sessionSent: ref }));
}
observer.refresh();
const used = heap();

const sessions = observer.sessions.sizes.sessions;
console.log(
  JSON.stringify({ sessions, fresh: (fresh - before) / sessions, used: (used - before) / sessions }),
);
