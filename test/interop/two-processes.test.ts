import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { twoProcesses, type Outcome, type Running, type TwoProcesses } from './two-processes/processes.ts';
import type { SpanLine } from './two-processes/watching.ts';

/** What OpenTelemetry's conventions for MCP name. */
const CONVENTIONAL = [
  'mcp.method.name',
  'mcp.session.id',
  'mcp.protocol.version',
  'jsonrpc.request.id',
  'rpc.response.status_code',
  'error.type',
  'gen_ai.tool.name',
  'gen_ai.prompt.name',
  'network.transport',
  'network.protocol.name',
];

/** What only the side that asks can tell: a transport of a server does not know who is at the other end. */
const OF_CLIENTS = ['server.address', 'server.port'];

/** What only the hook of a server's HTTP can tell: of what is refused before a transport reads it, here. */
const OF_SERVERS_HTTP = ['client.address', 'client.port', 'network.protocol.version'];

/** What they name for a tool's call and for a resource alone. */
const BESIDES = ['gen_ai.operation.name', 'mcp.resource.uri'];

const KINDS = [
  {
    name: 'SDK 1.32.2',
    client: '1',
    server: '1',
    handshake: ['initialize', 'notifications/initialized'],
    version: '2025-11-25',
    hasSession: true,
  },
  {
    name: 'SDK 2.4.0, older era',
    client: '2-legacy',
    server: '2',
    handshake: ['initialize', 'notifications/initialized'],
    version: '2025-11-25',
    hasSession: true,
  },
  {
    name: 'SDK 2.4.0, newer era',
    client: '2-auto',
    server: '2-handler',
    handshake: ['server/discover'],
    version: '2026-07-28',
    hasSession: false,
  },
];

/** What the client does before the server dies, in order, and the span that each leaves. */
const DEEDS: Readonly<Record<string, string>> = {
  works: 'tools/call works',
  fails: 'tools/call fails',
  greets: 'prompts/get greets',
  missing: 'prompts/get missing',
  reads: 'resources/read',
};

const withoutAddresses = ({ attributes }: SpanLine): object =>
  Object.fromEntries(Object.entries(attributes).filter(([name]) => !OF_CLIENTS.includes(name)));

const operationsOf = (running: Running): SpanLine[] =>
  running.spans().filter(({ attributes }) => 'mcp.method.name' in attributes);

describe.each(KINDS)('$name', ({ client: kind, server, handshake, version, hasSession }) => {
  let both: TwoProcesses;
  const outcomes: Record<string, Outcome> = {};
  /** The spans of both lives of the client, and those of the server that answered them. */
  let sent: SpanLine[];
  let received: SpanLine[];

  beforeAll(async () => {
    both = await twoProcesses({ client: kind, server });
    await both.does('connect');
    for (const deed of Object.keys(DEEDS)) outcomes[deed] = await both.does(deed);
    await both.restart();
    outcomes.lost = await both.does('works');
    await both.does('close');
    await both.does('connect');
    outcomes.recovered = await both.does('works');
    await both.does('close');
    await both.refresh();
    const all = 2 * handshake.length + Object.keys(DEEDS).length + 2;
    await vi.waitFor(() => {
      sent = operationsOf(both.client);
      received = both.servers.flatMap(operationsOf);
      expect([sent.length, received.length]).toEqual([all, all]);
    }, 5000);
  });
  afterAll(() => both.stop());

  const serverAddress = () => ({ 'server.address': '127.0.0.1', 'server.port': both.port });

  const answerTo = ({ id }: SpanLine): SpanLine => received.find(({ parent }) => parent === id) as SpanLine;

  const callNamed = (name: string): readonly [SpanLine, SpanLine] => {
    const call = sent.find((span) => span.name === name) as SpanLine;
    return [call, answerTo(call)];
  };

  test('each operation is one span on either side, named by its method and what it is for', () => {
    const life = [...handshake, ...Object.values(DEEDS)];
    const next = [...handshake, 'tools/call works'];
    expect(sent.map(({ name }) => name)).toEqual([...life, 'tools/call works', ...next]);
    expect(received.map(({ name }) => name).toSorted()).toEqual(sent.map(({ name }) => name).toSorted());
    expect(new Set(sent.map((span) => span.kind))).toEqual(new Set([SpanKind.CLIENT]));
    expect(new Set(received.map((span) => span.kind))).toEqual(new Set([SpanKind.SERVER]));
  });

  test('one trace crosses both processes: what was sent is the parent of what was received', () => {
    for (const span of sent) {
      const answer = answerTo(span);
      expect(answer, span.name).toMatchObject({ name: span.name, trace: span.trace });
    }
  });

  test('what the client did is the parent, its HTTP request a child, and that of the server a link', () => {
    const spans = both.client.spans();
    for (const span of sent) {
      const deed = spans.find(({ id }) => id === span.parent);
      expect(['connect', ...Object.keys(DEEDS)], span.name).toContain(deed?.name);
      const requests = spans.filter(({ name, parent }) => name === 'POST' && parent === span.id);
      expect(requests, span.name).toHaveLength(1);
    }
    const served = both.servers.flatMap((life) => life.spans()).filter(({ name }) => name === 'POST');
    const ids = served.map(({ id }) => id);
    for (const span of received) {
      expect(span.links, span.name).toHaveLength(1);
      // The span of the last request ends when its answer is gone, which may be after the process was killed.
      if (span.links.some((link) => ids.includes(link))) continue;
      expect(operationsOf(both.servers[0] as Running).at(-1)).toEqual(span);
    }
  });

  test('both sides say the same of an operation, attribute by attribute', () => {
    const common = {
      'mcp.protocol.version': version,
      'network.transport': 'tcp',
      'network.protocol.name': 'http',
    };
    const session = hasSession ? { 'mcp.session.id': expect.stringMatching(/^[0-9a-f]{12}$/) } : {};
    const request = { ...common, ...session, 'jsonrpc.request.id': expect.stringMatching(/^\d+$/) };
    const tool = (name: string) => ({
      ...request,
      'mcp.method.name': 'tools/call',
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': name,
    });
    const prompt = (name: string) => ({
      ...request,
      'mcp.method.name': 'prompts/get',
      'gen_ai.prompt.name': name,
    });
    const expected: Record<string, object> = {
      'tools/call works': tool('works'),
      'tools/call fails': { ...tool('fails'), 'error.type': 'tool_error' },
      'prompts/get greets': prompt('greets'),
      'prompts/get missing': {
        ...prompt('missing'),
        'error.type': '-32602',
        'rpc.response.status_code': '-32602',
      },
      'resources/read': {
        ...request,
        'mcp.method.name': 'resources/read',
        'mcp.resource.uri': 'https://example.org/page',
      },
    };
    for (const [name, attributes] of Object.entries(expected)) {
      const [call, answer] = callNamed(name);
      expect(call.attributes, name).toEqual({ ...attributes, ...serverAddress() });
      expect(answer.attributes, name).toEqual(withoutAddresses(call));
      const status = 'error.type' in attributes ? SpanStatusCode.ERROR : SpanStatusCode.UNSET;
      expect([call.status, answer.status], name).toEqual([status, status]);
    }
    for (const method of handshake) {
      const [call, answer] = callNamed(method);
      const id = method.startsWith('notifications/') ? {} : { 'jsonrpc.request.id': expect.any(String) };
      const attributes = { ...common, ...session, ...id, 'mcp.method.name': method };
      expect(call.attributes).toEqual({ ...attributes, ...serverAddress() });
      expect(answer.attributes).toEqual(withoutAddresses(call));
    }
  });

  test('every attribute of the conventions is told, and none of our own', () => {
    const toldBy = (spans: readonly SpanLine[]): string[] =>
      [...new Set(spans.flatMap(({ attributes }) => Object.keys(attributes)))].toSorted();
    const wanted = [...CONVENTIONAL.filter((name) => hasSession || name !== 'mcp.session.id'), ...BESIDES];
    expect(toldBy(sent)).toEqual([...wanted, ...OF_CLIENTS].toSorted());
    expect(toldBy(received)).toEqual([...wanted, ...(hasSession ? OF_SERVERS_HTTP : [])].toSorted());
  });

  test('a call on a session that died is an error on both sides, in one trace; without sessions nothing dies', () => {
    const lost = sent.filter(({ name }) => name === 'tools/call works')[1] as SpanLine;
    const answer = answerTo(lost);
    const error = { 'error.type': '-32000', 'rpc.response.status_code': '-32000' };
    const { 'mcp.session.id': session } = sent[0]?.attributes ?? {};
    expect(lost.attributes).toMatchObject(hasSession ? { ...error, 'mcp.session.id': session } : {});
    expect('error.type' in lost.attributes).toBe(hasSession);
    expect(lost.status).toBe(hasSession ? SpanStatusCode.ERROR : SpanStatusCode.UNSET);
    const { name, trace, status } = lost;
    const attributes = withoutAddresses(lost);
    expect(answer).toMatchObject({ name, trace, status, attributes, kind: SpanKind.SERVER });
  });

  test('the client recovers', () => {
    expect(outcomes.works).toEqual({});
    expect(outcomes.missing?.failed).toContain('missing');
    expect(outcomes.recovered).toEqual({});
    expect(outcomes.lost?.failed === undefined).toBe(!hasSession);
    const [before, after] = [sent[0], sent.at(-1)].map((span) => span?.attributes['mcp.session.id']);
    expect(before === after).toBe(!hasSession);
  });

  test('both name the same fault for the same session', async () => {
    const [first, second] = both.servers as [Running, Running];
    const session = sent[0]?.attributes['mcp.session.id'];
    const faults = hasSession ? [{ fault: 'dead-session-wrong-status', session }] : [];
    await vi.waitFor(() => {
      expect(both.client.others()).toEqual(faults);
      expect(second.others()).toEqual(faults);
    }, 5000);
    expect(first.others()).toEqual([]);
  });
});
