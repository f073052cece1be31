import Fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { createLatestProbes } from '../../../src/exporter/api/probes.ts';
import type { FaultPage } from '../../../src/exporter/api/schemas.ts';
import { loseSession, refuse } from '../support/watched.ts';
import { aProbeReport } from '../support/a-probe-report.ts';
import { served, type Served } from '../support/status-server.ts';

interface Operation {
  readonly parameters: readonly { readonly name: string; readonly in: string }[];
  readonly responses: Readonly<
    Record<string, { readonly content: Readonly<Record<string, { readonly schema: object }>> }>
  >;
}

interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, { readonly get: Operation }>>;
  readonly components: object;
}

/** A server in which something of every kind has happened. */
function eventful(): Served {
  const probes = createLatestProbes();
  probes.put(aProbeReport('http://127.0.0.1:1/mcp'));
  const world = served(['one', 'two'], { probes });
  loseSession(world, 'a00000000001', 400, { target: 'one', family: 'cursor', via: 'mcp-remote' });
  loseSession(world, 'a00000000002', 404, { target: 'two', client: 'c00000000002' });
  for (let i = 0; i < 3; i++) {
    world.wait(1500);
    refuse(world, 'a00000000002', 404, { target: 'two', client: 'c00000000002' });
  }
  world.wait(3_600_000);
  loseSession(world, 'a00000000003', 400, { target: 'one', client: 'c00000000003' });
  for (let i = 0; i < 40; i++) {
    const session = `b${String(i).padStart(11, '0')}`;
    world.tell({ rpcMethods: ['initialize'], sessionGiven: session, target: 'two', client: 'c00000000004' });
    world.wait(500);
  }
  world.tell({
    rpcMethods: ['tools/list'],
    era: 'sessionless',
    protocolVersion: '2026-07-28',
    target: 'one',
  });
  return world;
}

/** Judges values by the schemas of the document, with the checker that Fastify brings; answers what is wrong. */
function judgeOf({ components }: Document): (schema: object, value: unknown) => Promise<string> {
  return async (schema, value) => {
    const judge = Fastify({
      ajv: {
        customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false, strict: false },
      },
    });
    judge.post('/', { schema: { body: { ...schema, components } } }, () => 'fits');
    const payload = { value: JSON.stringify(value) }.value;
    const headers = { 'content-type': 'application/json' };
    return (await judge.inject({ method: 'POST', url: '/', payload, headers })).body;
  };
}

async function idsIn(world: Served): Promise<Readonly<Record<string, string>>> {
  const { faults } = await world.ask<FaultPage>('/faults?state=all');
  const wrongStatus = faults.find(({ ref }) => ref === 'a00000000003');
  return { faults: wrongStatus?.id ?? '', sessions: 'a00000000003' };
}

describe('the OpenAPI document', () => {
  it('describes every answer as it is', async () => {
    const world = eventful();
    const document = await world.ask<Document>('/openapi.json');
    const judge = judgeOf(document);
    const ids = await idsIn(world);
    expect(document.openapi).toBe('3.1.0');
    for (const [path, { get }] of Object.entries(document.paths)) {
      const real = path.replace('{id}', ids[path.split('/')[1] ?? ''] ?? '');
      const response = await world.app.inject(`/api/v1${real}`);
      const [type] = String(response.headers['content-type']).split(';');
      const described = get.responses[response.statusCode]?.content[type ?? ''];
      expect(response.statusCode, real).toBe(200);
      expect(described, `${real} ${type}`).toBeDefined();
      if (type === 'application/json')
        expect(await judge(described?.schema ?? {}, response.json()), real).toBe('fits');
    }
  });

  it('is of any use: what does not fit is told', async () => {
    const world = eventful();
    const document = await world.ask<Document>('/openapi.json');
    const judge = judgeOf(document);
    const page = await world.ask<FaultPage>('/faults');
    const schema = document.paths['/faults']?.get.responses[200]?.content['application/json']?.schema ?? {};
    expect(await judge(schema, { ...page, faults: [{ ...page.faults[0], side: 'nobody' }] })).toContain(
      'side',
    );
    expect(await judge(schema, { ...page, more: 1 })).toContain('additional');
    expect(await judge(schema, { faults: [] })).toContain('required');
  });

  it('describes problems, for every path', async () => {
    const world = eventful();
    const document = await world.ask<Document>('/openapi.json');
    const judge = judgeOf(document);
    for (const [path, { get }] of Object.entries(document.paths)) {
      const real = path.replace('{id}', 'nothing-of-that-name');
      const refused = await world.app.inject(`/api/v1${real}?nonsense=1`);
      expect([refused.statusCode, refused.headers['content-type']], path).toEqual([
        400,
        'application/problem+json; charset=utf-8',
      ]);
      const { schema = {} } = get.responses[400]?.content['application/problem+json'] ?? {};
      expect(await judge(schema, refused.json())).toBe('fits');
      if (!path.includes('{id}')) continue;
      const missing = await world.app.inject(`/api/v1${real}`);
      expect([missing.statusCode, Object.keys(get.responses)]).toEqual([404, ['200', '400', '404']]);
    }
  });

  it('names every parameter, and no other is taken', async () => {
    const world = served();
    const { paths } = await world.ask<Document>('/openapi.json');
    const names = (path: string): string[] => paths[path]?.get.parameters.map(({ name }) => name) ?? [];
    expect(names('/faults')).toEqual([
      'state',
      'fault',
      'side',
      'target',
      'client',
      'vantage',
      'q',
      'limit',
      'cursor',
    ]);
    expect(names('/sessions/{id}')).toEqual(['id']);
    const values: Record<string, string> = {
      state: 'all',
      side: 'server',
      client: 'cursor',
      vantage: 'server',
      limit: '10',
    };
    for (const name of names('/faults').filter((each) => each !== 'cursor'))
      await world.ask(`/faults?${name}=${values[name] ?? 'x'}`);
  });

  it('says what is wrong with a parameter, and what is allowed', async () => {
    const world = served();
    const detail = async (query: string): Promise<string> =>
      (await world.ask<{ detail: string }>(`/faults?${query}`, 400)).detail;
    expect(await detail('side=nobody')).toBe('side must be one of server, client, infrastructure.');
    expect(await detail('limit=0')).toBe('limit must be >= 1.');
    expect(await detail('limit=1000')).toBe('limit must be <= 200.');
    expect(await detail('sied=server')).toBe('There is no parameter "sied" here.');
    expect(await detail('cursor=made-up')).toBe('this cursor was not told by a page before.');
    expect((await world.ask<{ detail: string }>('/nowhere', 404)).detail).toBe(
      'There is nothing at this path.',
    );
  });
});
