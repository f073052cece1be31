import { describe, expect, it, onTestFinished } from 'vitest';
import { startExporter, type Exporter, type ExporterOptions } from '../../../src/exporter/index.ts';
import { metrics } from '../../../src/signals/index.ts';
import { post, startMcpServer } from '../support/mcp-server.ts';
import { AGENTS, type Agent } from './support/clients.ts';

async function started(options: ExporterOptions = {}): Promise<Exporter> {
  const exporter = await startExporter({ port: 0, ...options });
  onTestFinished(() => exporter.close());
  return exporter;
}

async function connected(connect: (url: URL) => Promise<Agent>, { url }: Exporter): Promise<Agent> {
  const agent = await connect(new URL('mcp', url));
  onTestFinished(() => agent.close());
  return agent;
}

/** A session of a real server, begun, used and then lost with a restart, to which the server answers `status`. */
async function loseSession(status: number): Promise<string> {
  const server = await startMcpServer(status);
  onTestFinished(() => server.close());
  const { session } = await post(server.url, 'initialize');
  await post(server.url, 'tools/call', { session });
  server.forget();
  expect(await post(server.url, 'tools/call', { session })).toMatchObject({ status });
  return session;
}

async function read(exporter: Exporter, path: string): Promise<unknown> {
  const answer = await fetch(new URL(`api/v1/${path}`, exporter.url));
  expect(answer.status, path).toBe(200);
  return await answer.json();
}

/** Waits for what is told a turn after the answer went out. */
async function seen({ observer }: Exporter, exchanges: number): Promise<void> {
  const told = (): number =>
    observer.counts.samples(metrics.observerExchanges).reduce((sum, { value }) => sum + value, 0);
  await expect.poll(told).toBe(exchanges);
}

interface Explained {
  readonly sessions: readonly { readonly ref: string; readonly phase: string }[];
  readonly faults: readonly { readonly id: string; readonly fault: string }[];
}

describe.each(Object.entries(AGENTS))('an agent of %s', (_name, connect) => {
  it('asks why its session died, and is told what the page tells', async () => {
    const exporter = await started({ key: 'a key of the tests' });
    const session = await loseSession(400);
    await seen(exporter, 3);
    const agent = await connected(connect, exporter);
    const { value, text, isError } = await agent.ask('explain_session', { session });
    expect(isError).toBe(false);
    const { sessions, faults } = value as Explained;

    const ref = exporter.observer.references.of(session);
    expect(sessions).toEqual([await read(exporter, `sessions/${ref}`)]);
    expect(sessions).toMatchObject([{ ref, phase: 'dead' }]);
    const { faults: listed } = (await read(exporter, 'faults?state=all')) as { faults: Explained['faults'] };
    expect(listed).toMatchObject([{ fault: 'dead-session-wrong-status' }]);
    expect(faults).toEqual([await read(exporter, `faults/${listed[0]?.id}`)]);

    expect(text).toContain(`Session ${ref} is dead since`);
    expect(text).toContain('server at fault (dead-session-wrong-status, critical)');
    expect(text).toMatch(/POST tools\/call with session \w{12} -> 400 \(session-dead\).* <- breaks the rule/);
    expect(JSON.stringify(value) + text).not.toContain(session);
  });

  it('asks what is broken, and is told what the API tells', async () => {
    const exporter = await started();
    await loseSession(400);
    await seen(exporter, 3);
    const agent = await connected(connect, exporter);
    const all = (await read(exporter, 'faults?state=all&limit=10')) as Record<string, unknown>;
    const { choices: _choices, ...page } = all;
    const { value, text } = await agent.ask('list_faults');
    expect(value).toEqual(page);
    const id = (value as { faults: Explained['faults'] }).faults[0]?.id ?? '';
    expect(text).toContain(`Id ${id}`);
    const one = await agent.ask('explain_fault', { id });
    expect(one.value).toEqual({ fault: await read(exporter, `faults/${id}`) });
    expect(one.text).toContain('Rule: A server must answer 404');
    expect((await agent.ask('list_clients')).value).toEqual(await read(exporter, 'clients'));
  });

  it('asks with filters, and is refused what no filter is', async () => {
    const exporter = await started();
    await loseSession(400);
    await seen(exporter, 3);
    const agent = await connected(connect, exporter);
    const ids = async (question: Readonly<Record<string, unknown>>): Promise<unknown> => {
      const { faults } = (await agent.ask('list_faults', question)).value as { faults: Explained['faults'] };
      return faults.map(({ fault }) => fault);
    };
    expect(await ids({ side: 'server', client: 'cursor', state: 'open' })).toEqual([
      'dead-session-wrong-status',
    ]);
    expect(await ids({ side: 'client' })).toEqual([]);
    expect(await ids({ state: 'ended' })).toEqual([]);
    for (const question of [{ sides: 'server' }, { limit: 1000 }, { cursor: 'made-up' }]) {
      const refusal = await agent.ask('list_faults', question).catch((error: unknown) => ({
        isError: true,
        text: String(error),
      }));
      expect(refusal, JSON.stringify(question)).toMatchObject({ isError: true });
      expect(refusal.text).not.toContain('made-up');
    }
  });

  it('is told when a session is not known', async () => {
    const exporter = await started();
    const agent = await connected(connect, exporter);
    const { value, text, isError } = await agent.ask('explain_session', { session: 'never-seen-here' });
    expect({ value, isError }).toEqual({ value: { sessions: [], faults: [] }, isError: false });
    expect(text).toContain('This session is not known here.');
    expect(text).not.toContain('never-seen-here');
  });

  it('leaves no trace in what it asks about', async () => {
    const exporter = await started({ paths: ['/mcp'] });
    const agent = await connected(connect, exporter);
    await agent.ask('list_faults');
    await seen(exporter, 0);
    await loseSession(404);
    await seen(exporter, 3);
    await agent.ask('list_faults');
    await new Promise((resolve) => setImmediate(resolve));
    await seen(exporter, 3);
  });

  it('sees that every tool only reads, and has a shape for what it answers', async () => {
    const agent = await connected(connect, await started());
    const tools = await agent.tools();
    expect(tools.map(({ name }) => name).toSorted()).toEqual(
      expect.arrayContaining(['explain_fault', 'explain_session', 'list_clients', 'list_faults']),
    );
    for (const tool of tools)
      expect(tool, tool.name).toMatchObject({
        annotations: { readOnlyHint: true },
        outputSchema: { type: 'object' },
      });
  });
});
