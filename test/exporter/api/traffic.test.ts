import { describe, expect, it } from 'vitest';
import { createLatestProbes } from '../../../src/exporter/api/probes.ts';
import type { ClientEntry, EraEntry, ProbeMatrix, StormList } from '../../../src/exporter/api/schemas.ts';
import { aProbeReport } from '../support/a-probe-report.ts';
import { loseSession, refuse } from '../support/watched.ts';
import { served } from '../support/status-server.ts';

describe('the clients of the API', () => {
  it('tell which product recovers, at which target', async () => {
    const world = served(['one', 'two']);
    const who = { client: 'c00000000001', family: 'zed', target: 'one' } as const;
    // Two sessions are made good by a handshake, the third is not.
    for (const session of ['a00000000001', 'a00000000002', 'a00000000003']) {
      loseSession(world, session, 404, who);
      world.wait(1000);
    }
    refuse(world, 'a00000000003', 404, who);
    world.wait(40_000);
    loseSession(world, 'b00000000001', 400, { client: 'c00000000002', family: 'cursor', target: 'two' });
    const { clients } = await world.ask<{ clients: ClientEntry[] }>('/clients');
    expect(clients.map(({ family, target }) => [family, target])).toEqual([
      ['zed', 'one'],
      ['cursor', 'two'],
    ]);
    const [zed, cursor] = clients;
    expect(zed).toMatchObject({
      sessionsCreated: 3,
      revisions: [{ era: 'sessionful', protocolVersion: '2025-11-25', requests: 10 }],
      recoveries: { reinitialized: 2, 'reused-dead-id': 1 },
    });
    expect(zed?.recoveryRatio).toBeCloseTo(2 / 3);
    // Told by a 400, it was not its turn.
    expect(cursor).toMatchObject({ recoveryRatio: null, openFaults: 1 });
  });
});

describe('the eras of the API', () => {
  it('tell who speaks which revision where', async () => {
    const world = served(['one', 'two']);
    world.tell({ rpcMethods: ['initialize'], sessionGiven: 'a00000000001', target: 'one', family: 'zed' });
    world.tell({ rpcMethods: ['tools/list'], sessionSent: 'a00000000001', target: 'one', family: 'zed' });
    world.tell({
      rpcMethods: ['tools/list'],
      era: 'sessionless',
      protocolVersion: '2026-07-28',
      target: 'one',
      family: 'cursor',
    });
    const { eras } = await world.ask<{ eras: EraEntry[] }>('/eras');
    expect(
      eras.map(({ era, protocolVersion, requests, clients }) => [era, protocolVersion, requests, clients]),
    ).toEqual([
      ['sessionful', '2025-11-25', 2, ['zed']],
      ['sessionless', '2026-07-28', 1, ['cursor']],
    ]);
  });
});

describe('the storms of the API', () => {
  it('tell who comes again and again, and nobody else', async () => {
    const world = served();
    loseSession(world, 'a00000000001', 400, { client: 'c00000000001' });
    expect((await world.ask<StormList>('/storms')).total).toBe(0);
    for (let i = 0; i < 40; i++) {
      const session = `b${String(i).padStart(11, '0')}`;
      world.tell({ rpcMethods: ['initialize'], sessionGiven: session, client: 'c00000000002' });
      world.wait(500);
    }
    const { storms, total } = await world.ask<StormList>('/storms');
    expect([total, storms.map(({ fault }) => fault)]).toEqual([1, ['reinit-storm']]);
  });
});

describe('the probes of the API', () => {
  it('say that there are none yet', async () => {
    expect(await served().ask('/probes')).toEqual({ checks: [], probes: [] });
  });

  it('are a matrix of the latest report of each target', async () => {
    const probes = createLatestProbes();
    const world = served(undefined, { probes });
    probes.put(aProbeReport('http://a.test/mcp', ['delete']));
    probes.put(aProbeReport('http://b.test/mcp'));
    probes.put(aProbeReport('http://a.test/mcp', ['unknown-id-post']));
    const matrix = await world.ask<ProbeMatrix>('/probes');
    expect(matrix.probes.map(({ target }) => target)).toEqual(['http://a.test/mcp', 'http://b.test/mcp']);
    const [first] = matrix.probes;
    expect(first?.results.filter(({ verdict }) => verdict === 'failed').map(({ check }) => check)).toEqual([
      'unknown-id-post',
    ]);
    expect(matrix.checks.map(({ id }) => id)).toEqual(first?.results.map(({ check }) => check));
  });

  it('keep what each module found', async () => {
    const probes = createLatestProbes();
    const world = served(undefined, { probes });
    probes.put(aProbeReport('http://a.test/mcp'));
    probes.put(aProbeReport('http://a.test/mcp', ['delete']), 'logged-in');
    const matrix = await world.ask<ProbeMatrix>('/probes');
    const found = matrix.probes.map(({ target, module, results }) => [
      target,
      module,
      results.filter(({ verdict }) => verdict === 'failed').length,
    ]);
    expect(found).toEqual([
      ['http://a.test/mcp', 'logged-in', 1],
      ['http://a.test/mcp', 'default', 0],
    ]);
  });

  it('keep the hundred targets that were probed last', () => {
    const probes = createLatestProbes();
    for (let i = 0; i < 150; i++) probes.put(aProbeReport(`http://${i}.test/mcp`));
    expect(probes.all()).toHaveLength(100);
    expect(probes.all()[0]?.report.target).toBe('http://149.test/mcp');
  });
});
