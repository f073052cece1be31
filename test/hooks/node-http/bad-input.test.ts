import { execFile } from 'node:child_process';
import { createServer, type ServerOptions } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { watchNodeHttp } from '../../../src/hooks/node-http/index.ts';
import { createObserver, type Observer } from '../../../src/observer.ts';
import { CLOSED_LABELS, metricList, metrics } from '../../../src/signals/index.ts';
import { listen, open, read, requestText, rpc } from './wire.ts';

const MEBIBYTE = 1024 * 1024;

/** Every label and value there is after the requests, beside those that the table of metrics names. */
function strangersIn(observer: Observer): string[] {
  const closed = Object.entries(CLOSED_LABELS);
  const known = new Map<string, readonly string[]>([
    ...closed,
    ['vantage', ['server']],
    ['target', ['default']],
  ]);
  return metricList
    .flatMap((metric) => observer.counts.samples(metric).flatMap(({ labels }) => Object.entries(labels)))
    .filter(([label, value]) => label !== 'version' && known.get(label)?.includes(value) !== true)
    .map(([label, value]) => `${label}=${value}`);
}

function sum(observer: Observer, metric: (typeof metricList)[number]): number {
  return observer.counts.samples(metric).reduce((all, { value }) => all + value, 0);
}

/** Sends requests, each on its own connection, to a watched server that answers 404. */
async function send(
  texts: readonly string[],
  options: ServerOptions = {},
): Promise<{ answers: string[]; observer: Observer }> {
  const failures: unknown[] = [];
  const observer = createObserver({ onError: (_stage, error) => void failures.push(error) });
  onTestFinished(watchNodeHttp(observer));
  const server = createServer(options, (request, response) => {
    request
      .resume()
      .on('end', () => response.writeHead(404).end('{"error":{"message":"Session not found"}}'));
  });
  const port = await listen(server);
  const answers: string[] = [];
  for (const text of texts) {
    const socket = await open(port);
    socket.write(text.replace('\r\n', '\r\nconnection: close\r\n'), 'latin1');
    answers.push(await read(socket));
  }
  await delay(10);
  expect(failures).toEqual([]);
  expect(sum(observer, metrics.observerErrors)).toBe(0);
  expect(strangersIn(observer)).toEqual([]);
  return { answers, observer };
}

describe('bad input', () => {
  const longId = requestText('POST', { 'mcp-session-id': 'x'.repeat(MEBIBYTE) }, rpc('ping'));

  test('a session id of 1 MiB is refused by node itself, and never gets here', async () => {
    const { answers, observer } = await send([longId, requestText('POST', {}, rpc('ping'))]);
    // Node answers 431 and closes while the rest is still on its way, so the answer may be lost.
    expect(answers[0]).not.toContain('404');
    expect(answers[1]).toMatch(/^HTTP\/1\.1 404/);
    expect(sum(observer, metrics.observerExchanges)).toBe(1);
  });

  test('a session id of 1 MiB that node lets through is an id like any other', async () => {
    const { answers, observer } = await send([longId, longId], { maxHeaderSize: 2 * MEBIBYTE });
    expect(answers[1]).toMatch(/^HTTP\/1\.1 404/);
    expect([...observer.sessions.sessions()]).toMatchObject([
      { ref: expect.stringMatching(/^[0-9a-f]{12}$/), phase: 'dead' },
    ]);
  });

  test('a header with control characters is refused by node, or harmless', async () => {
    const text = requestText('POST', {
      'mcp-session-id': 'a\x01\x02\x7f\tb\x80\xff',
      'mcp-protocol-version': '\x01\x7f',
      'mcp-method': '\xff{le="1"}',
      'user-agent': '\x01"\\\x7f',
      'last-event-id': '\x01',
    });
    const strict = await send([text]);
    expect(strict.answers[0]).toMatch(/^HTTP\/1\.1 400/);
    const lenient = await send([text], { insecureHTTPParser: true });
    expect(lenient.answers[0]).toMatch(/^HTTP\/1\.1 404/);
    expect(sum(lenient.observer, metrics.observerExchanges)).toBe(1);
  });

  test('bodies and headers that make no sense', async () => {
    const bodies = [
      '{',
      '[[[[',
      '"',
      '{"method":',
      '{"method":7}',
      '\0\0',
      '{"method":{"method":"x"}}',
      '[]',
      'method=ping',
      '{"\\',
    ];
    const strange = [
      ...bodies.map((body) => requestText('POST', { 'mcp-session-id': 'one' }, body)),
      requestText('POST', { 'mcp-protocol-version': '9999-99-99', 'mcp-method': 'no/such' }, rpc('no/such')),
      requestText(
        'POST',
        { 'mcp-session-id': '', authorization: '', 'user-agent': '' },
        rpc('initialize', 'no object'),
      ),
      requestText('POST', { 'x-forwarded-for': ',,,', accept: '*' }, rpc('__proto__')),
      requestText('PUT', { 'mcp-session-id': '__proto__' }, '{}'),
      requestText('PROPFIND', { 'mcp-session-id': 'constructor' }),
      requestText(
        'POST',
        {},
        rpc('initialize', { protocolVersion: '"'.repeat(100), clientInfo: { name: '}{'.repeat(9000) } }),
      ),
    ];
    const { answers, observer } = await send(strange);
    expect(answers.filter((answer) => !answer.startsWith('HTTP/1.1 404'))).toEqual([]);
    expect(sum(observer, metrics.observerExchanges)).toBe(strange.length);
  });
});

describe('a flood', () => {
  async function flood(kind: 'exchanges' | 'wire') {
    const program = join(import.meta.dirname, 'flood.ts');
    const run = promisify(execFile)(process.execPath, ['--expose-gc', program, kind], { timeout: 180_000 });
    return JSON.parse((await run).stdout) as {
      heaps: [number, number, number];
      exchanges: number;
      errors: number;
      sizes: { sessions: number; clients: number };
      cases: number;
      sameSeries: boolean;
    };
  }

  test(
    'of 10,000 made-up ids a second fills what is allowed, and no more',
    { timeout: 180_000 },
    async () => {
      const { heaps, exchanges, errors, sizes, cases, sameSeries } = await flood('exchanges');
      expect(exchanges).toBe(600_000);
      expect(errors).toBe(0);
      expect(sizes.sessions).toBeLessThanOrEqual(5000);
      expect(sizes.clients).toBeLessThanOrEqual(1000);
      expect(cases).toBeLessThanOrEqual(10_000);
      expect(sameSeries).toBe(true);
      // After 40 s every store is full, the second looks of 30 s among them: 200,000 more ids must not cost a megabyte.
      expect(heaps[1] - heaps[0]).toBeLessThan(MEBIBYTE);
      expect(heaps[2] - heaps[0]).toBeLessThan(MEBIBYTE);
    },
  );

  test('of made-up ids and bodies of 50 MiB over the wire', { timeout: 180_000 }, async () => {
    const { heaps, exchanges, errors, sizes, sameSeries } = await flood('wire');
    expect(exchanges).toBe(3 * 10_002);
    expect(errors).toBe(0);
    expect(sizes.sessions).toBeLessThanOrEqual(5000);
    expect(sameSeries).toBe(true);
    expect(heaps[2] - heaps[0]).toBeLessThan(4 * MEBIBYTE);
  });
});
