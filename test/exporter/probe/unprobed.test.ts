import { createServer } from 'node:net';
import type { RequestListener } from 'node:http';
import { describe, expect, it } from 'vitest';
import { probe } from '../../../src/exporter/probe/index.ts';
import { emulated, rpcError, tell } from './support/emulated-server.ts';
import { listening } from './support/listening.ts';

const always =
  (...told: Parameters<typeof tell>[1]): RequestListener =>
  (_request, response) =>
    tell(response, told);

describe('the probe cannot be made', () => {
  it.for<[string, RequestListener, RegExp]>([
    ['other credentials are wanted', always(401, 'no'), /wants other credentials.*401/],
    [
      'a web page answers',
      always(200, '<!doctype html><p>Hello</p>', 'text/html'),
      /does not speak the protocol/,
    ],
    ['there is nothing at the path', always(404, 'Cannot POST /mcp'), /does not speak the protocol/],
    ['the rate is limited', always(429), /limits the rate/],
    ['nobody answers', () => {}, /No server could be reached: no answer came in time/],
    ['the connection is cut', (request) => request.socket.destroy(), /the connection failed \(ECONNRESET\)/],
  ])('when %s', async ([, listener, reason], context) => {
    const report = await probe(await listening(context, listener), { timeoutMs: 300 });
    expect(report.outcome).toBe('unprobed');
    expect(report.reason).toMatch(reason);
    expect(report).toMatchObject({ eras: [], serverKind: undefined, protocolVersion: 'none', requests: 2 });
    expect(report.checks.filter(({ verdict }) => verdict === 'passed').map(({ id }) => id)).not.toContain(
      'initialize',
    );
  });

  it('when no server listens', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    await new Promise((resolve) => server.close(resolve));
    const report = await probe(`http://127.0.0.1:${port}/mcp`);
    expect(report.reason).toBe('No server could be reached: the connection failed (ECONNREFUSED).');
  });
});

describe('a server that refuses the handshake fails', () => {
  it.for<[string, RequestListener, string[]]>([
    ['with its capacity', always(503, rpcError(-32000, 'Too many open sessions')), ['session-cap-exhausted']],
    [
      'for it has been initialized',
      always(400, rpcError(-32600, 'Invalid Request: Server already initialized')),
      ['single-session-server'],
    ],
    ['with an error of its own', always(500, 'oops'), []],
    [
      'with a redirect',
      (_request, response) => response.writeHead(308, { location: '/elsewhere' }).end(),
      [],
    ],
  ])('%s', async ([, listener, faults], context) => {
    const report = await probe(await listening(context, listener), { timeoutMs: 300 });
    expect(report.outcome).toBe('failed');
    expect(report.checks.find(({ id }) => id === 'initialize')).toMatchObject({ verdict: 'failed', faults });
  });
});

describe('what the probe does', () => {
  it.for<[string, string, string]>([
    ['a body', 'application/json', 'x'.repeat(8192)],
    ['a stream', 'text/event-stream', `data: ${'x'.repeat(1000)}\n\n`],
    ['an event', 'text/event-stream', 'x'.repeat(8192)],
  ])('reads no more than it wants of %s without end', async ([, type, part], context) => {
    let written = 0;
    const endless: RequestListener = (_request, response) => {
      response.writeHead(200, { 'content-type': type });
      const more = (): void => {
        while (!response.destroyed && response.write(part)) written += part.length;
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    };
    const report = await probe(await listening(context, endless), { timeoutMs: 2000 });
    expect(report.outcome).toBe('unprobed');
    expect(report.durationMs).toBeLessThan(2000);
    // Two requests of 256 KiB each, and what was in the buffers of the sockets.
    expect(written).toBeLessThan(20 * 1024 * 1024);
  });

  it('ends every session that it began, also those it was given by mistake', async (context) => {
    const { listener, live, requests } = emulated({
      discover: (response) => {
        response.setHeader('mcp-session-id', 'given-by-mistake');
        tell(response, [400]);
      },
    });
    await probe(await listening(context, listener), { holdMs: 50 });
    const deleted = requests
      .filter(({ method }) => method === 'DELETE')
      .map(({ headers }) => headers['mcp-session-id']);
    expect(deleted).toContain('given-by-mistake');
    expect(live.size).toBe(0);
  });

  it('says in every request who it is', async (context) => {
    const { listener, requests } = emulated();
    await probe(await listening(context, listener), { holdMs: 50 });
    const agents = new Set(requests.map(({ headers }) => headers['user-agent']));
    expect([...agents]).toEqual([expect.stringMatching(/^mcp-session-exporter-probe\/\d+\.\d+\.\d+/)]);
  });

  it("deletes no id that counts up and could be another client's", async (context) => {
    let last = 0;
    const ids: string[] = [];
    const { listener: sound } = emulated();
    const counting: RequestListener = (request, response) => {
      const sent = request.headers['mcp-session-id'];
      if (sent !== undefined) ids.push(String(sent));
      const setHeader = response.setHeader.bind(response);
      response.setHeader = (name, value) =>
        setHeader(name, name === 'mcp-session-id' ? String(++last).padStart(32, '0') : value);
      sound(request, response);
    };
    await probe(await listening(context, counting), { holdMs: 50 });
    const numbers = new Set(ids.filter((id) => /^\d{32}$/.test(id)).map(Number));
    expect(Math.max(...numbers)).toBeLessThanOrEqual(last);
  });

  it('ends when it is told to, while it waits for an answer, and ends its sessions', async (context) => {
    const controller = new AbortController();
    const { listener, live } = emulated({
      initialized: [202],
      get: () => controller.abort(new Error('told')),
    });
    const url = await listening(context, listener);
    const begun = performance.now();
    await expect(probe(url, { timeoutMs: 5000, signal: controller.signal })).rejects.toThrow('told');
    expect(performance.now() - begun).toBeLessThan(2500);
    expect(live.size).toBe(0);
  });

  it('holds a server to the eras that are asked for alone', async (context) => {
    const { listener, requests } = emulated();
    const report = await probe(await listening(context, listener), { eras: ['sessionless'] });
    expect(report).toMatchObject({ outcome: 'unprobed', eras: [] });
    expect(requests).toHaveLength(1);
  });

  it.each([
    ['ftp://127.0.0.1/mcp', {}, /begins with http/],
    ['http://user:planted@127.0.0.1/mcp', {}, /holds credentials/],
    ['http://127.0.0.1/mcp', { timeoutMs: 0 }, /timeoutMs is 0/],
    ['http://127.0.0.1/mcp', { headers: { 'Mcp-Session-Id': 'x' } }, /sets itself/],
    [
      'http://127.0.0.1/mcp',
      { headers: { authorization: 'planted\nx: y' } },
      /"authorization" cannot be sent/,
    ],
    ['http://127.0.0.1/mcp', { origin: 'https://app.example/' }, /origin is "https:\/\/app.example\/"/],
    ['http://127.0.0.1/mcp', { eras: [] }, /eras is empty/],
    ['https://127.0.0.1/mcp', { ca: 'planted' }, /ca holds no certificates/],
    [
      'https://127.0.0.1/mcp',
      { ca: '-----BEGIN CERTIFICATE-----\nplanted\n-----END CERTIFICATE-----\n' },
      /ca holds no certificates in PEM, or one that cannot be read/,
    ],
  ])('refuses %s with %j', async (url, options, message) => {
    await expect(probe(url, options)).rejects.toThrow(RangeError);
    await expect(probe(url, options)).rejects.toThrow(message);
    await expect(probe(url, options)).rejects.not.toThrow(/planted/);
  });
});
