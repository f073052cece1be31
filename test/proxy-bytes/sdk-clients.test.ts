import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { startServer } from '../../demo/restartable-server.ts';
import { SERVERS, type ServerKind } from '../../scripts/corpus/servers/kinds.ts';
import { recordTcp, type RecordedConnection, type TcpRecorder } from '../support/tcp-recorder.ts';
import { endToEnd, FORWARDING } from './support/end-to-end.ts';
import { exchangesIn, valueOf, type HttpExchange } from './support/http-messages.ts';
import { proxyTo } from './support/proxies.ts';
import { NUMBER, playLife, SDK_CLIENT_KINDS, type SdkClientKind } from './support/sdk-clients.ts';

async function recorded(url: URL): Promise<TcpRecorder> {
  const recorder = await recordTcp(url);
  onTestFinished(() => recorder.close());
  return recorder;
}

async function served({ serve }: ServerKind): Promise<URL> {
  const server = await startServer(serve);
  onTestFinished(() => server.close());
  return server.url;
}

/** The exchanges of a recorder by the number that the client gave them. */
function byNumber({ connections }: TcpRecorder): Map<string, HttpExchange> {
  const all = connections.flatMap(exchangesOf);
  return new Map(all.map((exchange) => [valueOf(exchange.request.headers, NUMBER) ?? '-', exchange]));
}

function exchangesOf({ asked, answered }: RecordedConnection): HttpExchange[] {
  const bytesOf = (pieces: typeof asked): Buffer => Buffer.concat(pieces.map(({ bytes }) => bytes));
  return exchangesIn(bytesOf(asked), bytesOf(answered));
}

/** Plays the life of a client; answers what its program was told. */
async function life(client: SdkClientKind, url: URL, recorder: TcpRecorder, sessions: boolean) {
  const connected = await client.connect(url);
  const listens = sessions && connected.transport.sessionId !== undefined;
  const isListening = (): boolean =>
    [...byNumber(recorder).values()].some(
      ({ request, answer }) => request.startLine.startsWith('GET ') && answer !== undefined,
    );
  return playLife(connected, async () => {
    if (listens) await vi.waitFor(() => expect(isListening()).toBe(true), { timeout: 5000 });
  });
}

/** As the program is told, and as the server was asked, but for what differs in each life. */
function outlineOf(recorder: TcpRecorder): string[] {
  return [...byNumber(recorder)]
    .toSorted(([a], [b]) => Number(a) - Number(b))
    .map(([, { request, answer }]) => `${request.startLine}: ${answer?.startLine} ${shape(answer?.body)}`);
}

const VARIES = /[0-9a-f]{8}-[0-9a-f-]{27}(_[0-9a-z_]+)?/g;

const shape = (body: Buffer | undefined): string => (body ?? '').toString().replaceAll(VARIES, 'ID');

describe.each(Object.values(SERVERS) as ServerKind[])('$title', (server) => {
  describe.each(SDK_CLIENT_KINDS)('$title', (client) => {
    test('is asked and answers the same bytes', async () => {
      const upstream = await served(server);
      const behind = await recorded(upstream);
      const before = await recorded(await proxyTo(behind.url));
      await life(client, before.url, before, server.sessions);
      const [near, far] = [byNumber(before), byNumber(behind)];
      expect([...near.keys()].toSorted()).toEqual([...far.keys()].toSorted());
      expect(near.size).toBeGreaterThanOrEqual(7);
      for (const [number, { request, answer }] of near) {
        const arrived = far.get(number) as HttpExchange;
        expect(endToEnd(arrived.request, FORWARDING)).toEqual(endToEnd(request));
        if (answer === undefined || arrived.answer === undefined) throw new Error('without an answer');
        expect(endToEnd(answer)).toEqual(endToEnd(arrived.answer));
        expect(answer.chunks.map(String)).toEqual(arrived.answer.chunks.map(String));
      }
    });

    test('is told of the same as without the proxy', async () => {
      const direct = await recorded(await served(server));
      const through = await recorded(await proxyTo(await served(server)));
      const expected = await life(client, direct.url, direct, server.sessions);
      expect(await life(client, through.url, through, server.sessions)).toEqual(expected);
      expect(outlineOf(through)).toEqual(outlineOf(direct));
    });
  });
});
