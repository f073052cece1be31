/**
 * A process of its own, with --expose-gc, that floods an observer and prints what became of it as JSON.
 * `exchanges`: 10,000 made-up ids a second for 60 s of its clock, fed straight into the observer.
 * `wire`: made-up ids and bodies of 50 MiB, sent to a watched server.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { watchNodeHttp } from '../../../src/hooks/node-http/index.ts';
import { createObserver, type Observer } from '../../../src/observer.ts';
import { metricList, metrics } from '../../../src/signals/index.ts';
import { anExchange } from '../../support/an-exchange.ts';

const LIMITS = { sessionLimit: 5000, clientLimit: 1000 };
const PER_SECOND = 10_000;

let clock = 1_700_000_000_000;

function heap(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
}

function seriesOf(observer: Observer): string[] {
  const born = metricList.filter((metric) => metric.bornAtZero);
  return born.flatMap((metric) =>
    observer.counts.samples(metric).map(({ labels }) => metric.name + JSON.stringify(labels)),
  );
}

function total(observer: Observer, metric: (typeof metricList)[number]): number {
  return observer.counts.samples(metric).reduce((sum, { value }) => sum + value, 0);
}

const ANSWERS = [
  { status: 404, bodyClass: 'session-dead' },
  { status: 400, bodyClass: 'session-dead-ambiguous' },
  { status: 401, bodyClass: 'other' },
  { status: 200, bodyClass: 'none' },
  { status: 200, bodyClass: 'session-dead' },
  { status: 0, bodyClass: 'none' },
] as const;

const METHODS = ['tools/call', 'initialize', 'other', 'ping'] as const;

let made = 0;

/** One second of the flood: every exchange has an id and a client that were never seen before. */
function floodASecond(observer: Observer): void {
  for (let i = 0; i < PER_SECOND; i++) {
    made++;
    clock += 1000 / PER_SECOND;
    const method = METHODS[made % METHODS.length] ?? 'other';
    const id = observer.references.of(`made up ${made}`);
    observer.exchange(
      anExchange({
        ...ANSWERS[made % ANSWERS.length],
        httpMethod: made % 3 === 0 ? 'GET' : 'POST',
        rpcMethods: [method],
        sessionSent: method === 'initialize' ? undefined : id,
        sessionGiven: method === 'initialize' ? id : undefined,
        client: observer.references.of(`client ${made}`),
        startedAt: clock - 1,
        endedAt: clock,
      }),
    );
  }
  observer.refresh();
}

async function floodByExchanges(observer: Observer): Promise<number[]> {
  const heaps: number[] = [];
  for (let second = 1; second <= 60; second++) {
    floodASecond(observer);
    if (second >= 40 && second % 10 === 0) heaps.push(heap());
  }
  return heaps;
}

async function floodByWire(observer: Observer): Promise<number[]> {
  const stop = watchNodeHttp(observer);
  const server = createServer((request, response) => {
    request
      .resume()
      .on('end', () => response.writeHead(404).end('{"error":{"message":"Session not found"}}'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const heaps: number[] = [];
  for (let round = 0; round < 3; round++) {
    await sendMadeUpIds(port, 10_000);
    await sendBody(port, 50 * 1024 * 1024);
    observer.refresh();
    heaps.push(heap());
  }
  server.close();
  stop();
  return heaps;
}

async function sendMadeUpIds(port: number, count: number): Promise<void> {
  const socket = connect(port, '127.0.0.1').resume();
  for (let i = 0; i < count; i += 100) {
    const requests = Array.from(
      { length: 100 },
      () => `GET /mcp HTTP/1.1\r\nhost: x\r\nmcp-session-id: made up ${made++}\r\n\r\n`,
    );
    if (!socket.write(requests.join(''))) await once(socket, 'drain');
  }
  socket.write('GET /mcp HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
  await once(socket, 'close');
}

async function sendBody(port: number, length: number): Promise<void> {
  const chunk = Buffer.alloc(64 * 1024, '{"method":');
  const socket = connect(port, '127.0.0.1').resume();
  socket.write(`POST /mcp HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: ${length}\r\n\r\n`);
  for (let sent = 0; sent < length; sent += chunk.length)
    if (!socket.write(chunk)) await once(socket, 'drain');
  await once(socket, 'close');
}

const byWire = process.argv[2] === 'wire';
const observer = createObserver({ table: LIMITS, ...(byWire ? {} : { now: () => clock }) });
const seriesBefore = seriesOf(observer);
const heaps = await (byWire ? floodByWire(observer) : floodByExchanges(observer));
const seriesAfter = seriesOf(observer);
console.log(
  JSON.stringify({
    heaps,
    exchanges: total(observer, metrics.observerExchanges),
    errors: total(observer, metrics.observerErrors),
    sizes: observer.sessions.sizes,
    cases: observer.cases.size,
    sameSeries: JSON.stringify(seriesBefore) === JSON.stringify(seriesAfter),
  }),
);
