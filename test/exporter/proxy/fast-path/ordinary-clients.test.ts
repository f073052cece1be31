import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startServer } from '../../../../demo/restartable-server.ts';
import { SERVERS } from '../../../../scripts/corpus/servers/kinds.ts';
import { run } from '../../../../scripts/corpus/installed.ts';
import { readRequest } from '../../../../src/exporter/proxy/fast-path/request.ts';
import { playLife, SDK_CLIENT_KINDS } from '../../../proxy-bytes/support/sdk-clients.ts';
import { describeWith } from '../../../support/system-programs.ts';
import { recordTcp, type TcpRecorder } from '../../../support/tcp-recorder.ts';
import recordedClients from './support/recorded-clients.json' with { type: 'json' };

/** A real server of an SDK, and what its clients send on the wire. */
async function recorded(): Promise<TcpRecorder> {
  const server = await startServer(SERVERS.express.serve);
  onTestFinished(() => server.close());
  const recorder = await recordTcp(server.url);
  onTestFinished(() => recorder.close());
  return recorder;
}

interface Sent {
  /** Methods of the requests that were ordinary, in order. */
  readonly ordinary: readonly string[];
  /** Connections that are left to node, from the first byte that is. */
  readonly left: readonly string[];
}

function sentOn({ connections }: TcpRecorder): Sent {
  const sent = connections.map(({ asked }) => readConnection(asked.map(({ bytes }) => bytes)));
  return { ordinary: sent.flatMap(({ ordinary }) => ordinary), left: sent.flatMap(({ left }) => left) };
}

/** Reads what came, as it came: a body may come behind its head. */
function readConnection(asked: readonly Buffer[]): Sent {
  const ordinary: string[] = [];
  let read = Buffer.alloc(0);
  for (const bytes of asked) {
    read = Buffer.concat([read, bytes]);
    const request = readRequest(read, new Socket());
    if (request === undefined) return { ordinary, left: [read.toString('latin1')] };
    if (request === 'incomplete') continue;
    ordinary.push(request.method);
    read = Buffer.alloc(0);
  }
  return { ordinary, left: read.length === 0 ? [] : [read.toString('latin1')] };
}

const MESSAGE = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' });
const FIELDS = { 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream' };

describe('all that a client of an SDK sends is ordinary', () => {
  it.each(SDK_CLIENT_KINDS)('$title', async ({ connect }) => {
    const recorder = await recorded();
    const connected = await connect(recorder.url);
    const hasSession = connected.transport.sessionId !== undefined;
    await playLife(connected, async () => {
      if (hasSession) await vi.waitFor(() => expect(sentOn(recorder).ordinary).toContain('GET'));
    });
    const { ordinary, left } = sentOn(recorder);
    expect(left).toEqual([]);
    expect(ordinary.filter((method) => method === 'POST').length).toBeGreaterThanOrEqual(6);
    if (hasSession) expect(ordinary).toEqual(expect.arrayContaining(['GET', 'DELETE']));
  });

  // Recorded of the clients of other languages, each read from its connection, while they listed, read, called and left.
  it.each(Object.entries(recordedClients))('%s, as recorded', (_, connections) => {
    const read = connections.map((chunks) =>
      readConnection(chunks.map((text) => Buffer.from(text, 'latin1'))),
    );
    expect(read.flatMap(({ left }) => left)).toEqual([]);
    const ordinary = read.flatMap((each) => each.ordinary);
    expect(ordinary).toEqual(expect.arrayContaining(['POST', 'DELETE']));
    expect(ordinary.length).toBeGreaterThanOrEqual(6);
  });
});

describe("what node's own clients send is ordinary", () => {
  it('by fetch', async () => {
    const recorder = await recorded();
    for (const init of [{}, { method: 'POST', headers: FIELDS, body: MESSAGE }, { method: 'DELETE' }])
      await (await fetch(recorder.url, init)).arrayBuffer();
    const { ordinary, left } = sentOn(recorder);
    expect(left).toEqual([]);
    expect(ordinary.toSorted()).toEqual(['DELETE', 'GET', 'POST']);
  });

  it('by node:http', async () => {
    const recorder = await recorded();
    await ask(recorder.url, 'GET');
    await ask(recorder.url, 'POST', (request) => request.end(MESSAGE));
    await ask(recorder.url, 'DELETE');
    expect(sentOn(recorder)).toEqual({ ordinary: ['GET', 'POST', 'DELETE'], left: [] });
  });

  it('but for what is sent in parts, of which nobody knows the length', async () => {
    const recorder = await recorded();
    await ask(recorder.url, 'POST', (request) => {
      request.write(MESSAGE.slice(0, 9));
      request.end(MESSAGE.slice(9));
    });
    expect(sentOn(recorder)).toEqual({
      ordinary: [],
      left: [expect.stringContaining('Transfer-Encoding: chunked')],
    });
  });

  it('but for the last one of a connection that is not kept', async () => {
    const recorder = await recorded();
    await ask(recorder.url, 'GET', (request) => request.end(), new http.Agent({ keepAlive: false }));
    expect(sentOn(recorder)).toEqual({ ordinary: [], left: [expect.stringContaining('Connection: close')] });
  });
});

async function ask(
  url: URL,
  method: string,
  send: (request: http.ClientRequest) => void = (request) => request.end(),
  agent: http.Agent = http.globalAgent,
): Promise<void> {
  const request = http.request(url, { method, headers: FIELDS, agent });
  send(request);
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  await buffer(answer);
}

const PROGRAM = `
import http.client, sys
connection = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]))
for method, body in [("GET", None), ("POST", sys.argv[2]), ("DELETE", None)]:
    connection.request(method, "/mcp", body, {"Content-Type": "application/json"})
    connection.getresponse().read()
`;

describeWith(['python3'], 'what http.client of Python sends', (python) => {
  it('is ordinary', async () => {
    const recorder = await recorded();
    await run(python, ['-c', PROGRAM, recorder.url.port, MESSAGE]);
    expect(sentOn(recorder)).toEqual({ ordinary: ['GET', 'POST', 'DELETE'], left: [] });
  });
});
