import { describe, expect, it, onTestFinished } from 'vitest';
import { createClientVersions, keyOf } from '../../../src/exporter/api/client-versions.ts';
import type { ClientEntry, SessionDetail } from '../../../src/exporter/api/schemas.ts';
import { startExporter } from '../../../src/exporter/index.ts';
import { anExchange } from '../../support/an-exchange.ts';
import { post, startMcpServer } from '../support/mcp-server.ts';
import { loseSession, refuse } from '../support/watched.ts';
import { served } from '../support/status-server.ts';

const GOOSE = keyOf({ vantage: 'server', target: 'default', family: 'goose' });

describe('the versions of a client product', () => {
  it('are read from the wire, and are no way in for markup', async () => {
    const [exporter, server] = [await startExporter({ port: 0 }), await startMcpServer(404)];
    onTestFinished(async () => void (await Promise.all([exporter.close(), server.close()])));
    for (const version of ['1.6.2', '1.6.2', '2.2.14', '<script>alert(1)</script>', `3.${'1'.repeat(500)}`])
      await post(server.url, 'initialize', { client: 'cursor', version });
    const text = await (await fetch(`${exporter.url}api/v1/clients`)).text();
    const [cursor] = (JSON.parse(text) as { clients: ClientEntry[] }).clients;
    expect(cursor?.versions.map(({ version, clients }) => [version, clients])).toEqual([
      [`3.${'1'.repeat(30)}`, 1],
      ['2.2.14', 1],
      ['1.6.2', 1],
    ]);
    expect(text).not.toContain('alert');
    const metrics = await (await fetch(`${exporter.url}metrics`)).text();
    expect(metrics).not.toContain('2.2.14');
  });

  it('tell which of them recover', async () => {
    const world = served();
    const old = { client: 'c00000000001', family: 'cursor', clientVersion: '1.6.2' } as const;
    const mended = { client: 'c00000000002', family: 'cursor', clientVersion: '2.2.14' } as const;
    loseSession(world, 'a00000000001', 404, old);
    world.wait(2000);
    refuse(world, 'a00000000001', 404, old);
    loseSession(world, 'b00000000001', 404, mended);
    world.tell({ rpcMethods: ['initialize'], sessionGiven: 'b00000000002', ...mended });
    world.wait(40_000);
    const { clients } = await world.ask<{ clients: ClientEntry[] }>('/clients');
    expect(clients).toMatchObject([{ family: 'cursor', recoveryRatio: 0.5 }]);
    expect(clients[0]?.versions).toEqual([
      { version: '2.2.14', clients: 1, recoveries: { reinitialized: 1 }, recoveryRatio: 1 },
      { version: '1.6.2', clients: 1, recoveries: { 'reused-dead-id': 1 }, recoveryRatio: 0 },
    ]);
    expect(await world.ask<SessionDetail>('/sessions/b00000000002')).toMatchObject({
      clientVersion: '2.2.14',
    });
  });

  it('stay with a client whose other requests name no version, and go on with one that is renewed', () => {
    const versions = createClientVersions();
    const says = (facts: object): void =>
      versions.exchange(anExchange({ family: 'goose', ...facts }), undefined);
    says({ rpcMethods: ['initialize'], clientVersion: '1.0' });
    says({ rpcMethods: ['tools/call'] });
    expect(versions.of('server default c0ffeec0ffee')).toBe('1.0');
    says({ rpcMethods: ['initialize'], clientVersion: '1.1' });
    expect(versions.of('server default c0ffeec0ffee')).toBe('1.1');
    expect(versions.seen().get(GOOSE)).toMatchObject([
      { version: '1.1', clients: 1 },
      { version: '1.0', clients: 0 },
    ]);
  });

  it('are not mistaken for those of a product that shares the User-Agent', () => {
    const versions = createClientVersions();
    const says = (facts: object): void => versions.exchange(anExchange(facts), undefined);
    says({ rpcMethods: ['initialize'], family: 'codex', clientVersion: '0.150.0' });
    says({ rpcMethods: ['tools/call'], family: 'chatgpt', clientVersion: '1.0.0' });
    expect([...versions.seen().keys()]).toEqual(['server default codex']);
  });

  it('are bounded in number, whoever invents some', () => {
    const versions = createClientVersions({ clients: 3, products: 2, versions: 2 });
    for (const target of ['one', 'two', 'default'])
      for (let i = 0; i < 50; i++)
        versions.exchange(
          anExchange({ target, client: `c${i}`, family: 'goose', clientVersion: `1.${i}` }),
          undefined,
        );
    const seen = versions.seen();
    expect([...seen.keys()]).toEqual(['server two goose', GOOSE]);
    expect(
      seen
        .get(GOOSE)
        ?.map(({ version }) => version)
        .toSorted(),
    ).toEqual(['1.48', '1.49']);
    expect(versions.of('server default c0')).toBeUndefined();
    expect(versions.of('server default c49')).toBe('1.49');
  });
});
