import { describe, expect, onTestFinished, test } from 'vitest';
import { watchNodeHttp } from '../../src/hooks/node-http/index.ts';
import { FRAMEWORKS, type Options, type Program } from './framework.ts';
import { record } from './node-http/recording.ts';
import { listen, open, read, requestText, rpc } from './node-http/wire.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const BOTH = { ...JSON_TYPE, accept: 'application/json, text/event-stream' };
const FINE = { status: 200, headers: JSON_TYPE, body: '{"jsonrpc":"2.0","id":1,"result":{}}' };
const CALL = requestText('POST', { ...BOTH, 'mcp-session-id': 'one' }, rpc('tools/call', { name: 'add' }));

const stream: Program['answer'] = (_request, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write('data: {}\n\n');
};

describe.each(Object.entries(FRAMEWORKS))('%s', (_name, build) => {
  async function watched(program: Program, options?: Options) {
    const recording = record();
    const { server, stop } = await build(program, recording, options);
    onTestFinished(stop);
    const port = await listen(server);
    return { recording, port, stop, socket: await open(port) };
  }

  const dead = { code: -32001, message: 'Session not found' };
  const body = JSON.stringify({ jsonrpc: '2.0', error: dead, id: null });
  const challenge = { ...JSON_TYPE, 'www-authenticate': 'Bearer' };

  test.each([
    { status: 400, headers: JSON_TYPE, body },
    { status: 404, headers: JSON_TYPE, body },
    { status: 401, headers: challenge, body: '{"error":"invalid_token"}' },
  ])('a $status of the route is seen, and one of what stands before it', async (answer) => {
    for (const program of [{ answer }, { answer: FINE, guard: answer }]) {
      const { recording, socket } = await watched(program);
      socket.write(CALL);
      expect(await recording.first()).toMatchObject({
        httpMethod: 'POST',
        rpcMethods: ['tools/call'],
        status: answer.status,
        sessionSent: recording.references.of('one'),
        bodyClass: answer.status === 401 ? 'other' : 'session-dead',
        challenged: answer.status === 401,
        ending: 'complete',
      });
    }
  });

  test('the 404 of the framework itself is seen, and a body that it cannot parse', async () => {
    const { recording, socket, port } = await watched({ answer: FINE });
    socket.write(requestText('POST', { ...BOTH, 'mcp-session-id': 'one' }, rpc('tools/call'), '/moved'));
    expect(await recording.first()).toMatchObject({ status: 404, rpcMethods: ['tools/call'] });
    (await open(port)).write(requestText('POST', BOTH, '{"jsonrpc":'));
    expect((await recording.until(2))[1]).toMatchObject({ status: 400, rpcMethods: [] });
  });

  test('a stream is told when it opens, and again when its client has gone', async () => {
    const { recording, socket } = await watched({ answer: stream });
    socket.write(requestText('GET', { 'mcp-session-id': 'one', accept: 'text/event-stream' }));
    await read(socket, (text) => text.includes('data: {}'));
    const session = recording.references.of('one');
    await expect.poll(() => recording.streams).toMatchObject([{ kind: 'get', session }]);
    expect(recording.exchanges).toEqual([]);
    socket.destroy();
    expect(await recording.first()).toMatchObject({ ending: 'aborted', stream: { carriedData: true } });
  });

  test('what is not of the protocol is left alone', async () => {
    const { recording, socket } = await watched({ path: '/other', answer: FINE });
    socket.write(requestText('POST', JSON_TYPE, '{"method":"tools/call"}', '/other'));
    await read(socket, (text) => text.includes('result'));
    socket.write(CALL);
    expect(await recording.first()).toMatchObject({ status: 404 });
    expect(recording.exchanges).toHaveLength(1);
  });

  test('the program says what is of the protocol, and under which target', async () => {
    const options = { speaksMcp: () => true, target: 'shop' };
    const { recording, socket } = await watched({ path: '/other', answer: FINE }, options);
    socket.write(requestText('GET', {}, '', '/other'));
    expect(await recording.first()).toMatchObject({ httpMethod: 'GET', target: 'shop' });
    expect(recording.connections).toEqual([{ vantage: 'server', target: 'shop', change: 'opened' }]);

    const not = await watched({ answer: FINE }, { speaksMcp: () => false });
    not.socket.write(CALL);
    await read(not.socket, (text) => text.includes('result'));
    await new Promise(setImmediate);
    expect(not.recording.exchanges).toEqual([]);
  });

  test('with the hook for the whole process nothing is counted twice, and the target is the app’s', async () => {
    const { recording, socket } = await watched({ answer: FINE }, { target: 'shop' });
    onTestFinished(watchNodeHttp(recording));
    socket.write(CALL);
    await read(socket, (text) => text.includes('result'));
    socket.write(CALL);
    const exchanges = await recording.until(2);
    await new Promise(setImmediate);
    expect(exchanges.map(({ target }) => target)).toEqual(['shop', 'shop']);
    expect(recording.connections).toHaveLength(1);
  });

  test('two apps of one process have two observers, and each hears of its own', async () => {
    const one = await watched({ answer: FINE });
    const other = await watched({ answer: { ...FINE, status: 404 } });
    one.socket.write(CALL);
    other.socket.write(CALL);
    expect(await one.recording.first()).toMatchObject({ status: 200 });
    expect(await other.recording.first()).toMatchObject({ status: 404 });
    expect([one.recording.exchanges.length, other.recording.exchanges.length]).toEqual([1, 1]);
  });

  test('what fails in the options is told, and the answer goes out', async () => {
    const fail = (): never => {
      throw new Error('broken on purpose');
    };
    for (const options of [{ speaksMcp: fail }, { target: fail }]) {
      const { recording, socket } = await watched({ answer: FINE }, options);
      socket.write(CALL);
      expect(await read(socket, (text) => text.includes('result'))).toContain('200 OK');
      expect(recording.failures).toMatchObject([{ stage: 'hook' }]);
    }
  });

  test('the bytes on the wire are those of the app alone', async () => {
    const programs: Program[] = [
      { answer: FINE },
      { answer: stream },
      { answer: FINE, guard: { ...FINE, status: 401 } },
    ];
    for (const program of programs) {
      const wires = [];
      for (const listener of [undefined, record()]) {
        const { server, stop } = await build(program, listener);
        const socket = await open(await listen(server));
        socket.write(CALL);
        const wire = await read(socket, (text) => text.includes('{}'));
        wires.push(wire.replace(/^date: .*$/im, ''));
        socket.destroy();
        await stop();
      }
      expect(wires[0]).toMatch(/^HTTP\/1\.1 \d{3}/);
      expect(wires[1]).toBe(wires[0]);
    }
  });

  describe('a body that tells its method to the framework alone', () => {
    const params = { arguments: { text: 'x'.repeat(20_000) }, name: 'add' };
    const late = JSON.stringify({ params, jsonrpc: '2.0', id: 1, method: 'tools/call' });

    test('behind its first bytes', async () => {
      const { recording, socket } = await watched({ answer: FINE });
      socket.write(requestText('POST', BOTH, late));
      expect(await recording.first()).toMatchObject({ status: 200, rpcMethods: ['tools/call'] });
    });

    test('which the hook for the whole process cannot read by itself', async () => {
      const recording = record();
      onTestFinished(watchNodeHttp(recording));
      const { server, stop } = await build({ answer: FINE });
      onTestFinished(stop);
      const socket = await open(await listen(server));
      socket.write(requestText('POST', BOTH, late));
      expect(await recording.first()).toMatchObject({ status: 200, rpcMethods: [] });
    });

    test('in a batch', async () => {
      const batch = `[${late},${rpc('tools/list')}]`;
      const { recording, socket } = await watched({ answer: FINE });
      socket.write(requestText('POST', BOTH, batch));
      expect(await recording.first()).toMatchObject({ rpcMethods: ['tools/call', 'tools/list'] });
    });

    test('or that is a handshake, with who shakes and in which revision', async () => {
      const handshake = {
        params: {
          capabilities: { experimental: { much: 'x'.repeat(20_000) } },
          clientInfo: { name: 'cursor-vscode', version: '1' },
          protocolVersion: '2025-06-18',
        },
        method: 'initialize',
        id: 1,
      };
      const { recording, socket } = await watched({ answer: FINE });
      socket.write(requestText('POST', BOTH, JSON.stringify(handshake)));
      expect(await recording.first()).toMatchObject({
        rpcMethods: ['initialize'],
        family: 'cursor',
        protocolVersion: '2025-06-18',
      });
    });

    test('and two calls that differ in their arguments alone are not taken for one', async () => {
      const { recording, socket } = await watched({ answer: { ...FINE, status: 502, body: '' } });
      socket.write(requestText('POST', BOTH, late));
      const [first] = await recording.until(1);
      expect(first).toMatchObject({ rpcMethods: ['tools/call'], status: 502, callDigest: undefined });
    });
  });

  test('once stopped, an app is watched no more', async () => {
    const answers: (() => void)[] = [];
    const { recording, socket, stop } = await watched({
      answer: (_request, response) => void answers.push(() => response.end('late')),
    });
    socket.write(CALL);
    await expect.poll(() => answers.length).toBe(1);
    const stopped = stop();
    answers[0]?.();
    await read(socket, (text) => text.includes('late'));
    await stopped;
    // Under way when the end came, and told all the same.
    expect(await recording.first()).toMatchObject({ status: 200 });
    expect(recording.connections.map(({ change }) => change)).toEqual(['opened', 'closed']);
  });
});
