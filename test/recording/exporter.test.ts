import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startExporter } from '../../src/exporter/index.ts';
import { replay } from '../../src/recording/index.ts';
import { post, startMcpServer } from '../exporter/support/mcp-server.ts';
import { emptyFolder } from './support/folder.ts';

const SERVE = join(import.meta.dirname, '../exporter/support/serve.ts');
const REGISTER = join(import.meta.dirname, '../../src/register.ts');

it('the exporter records what it watches, and a replay finds in it what was found live', async () => {
  const file = join(emptyFolder(), 'traffic.jsonl');
  const exporter = await startExporter({ port: 0, record: file });
  const server = await startMcpServer(401);
  const { session } = await post(server.url, 'initialize');
  await post(server.url, 'tools/call', { session });
  server.forget();
  await post(server.url, 'tools/call', { session });
  await server.close();
  const live = [...exporter.observer.cases.open()].map(({ fault, ref }) => [fault.id, ref]);
  await exporter.close();

  const { found, exchanges, damaged } = await replay([file], { settleMs: 0 });
  expect({ exchanges, damaged }).toEqual({ exchanges: 3, damaged: 0 });
  expect(found.flatMap(({ fault, cases }) => cases.map(({ ref }) => [fault.id, ref]))).toEqual(live);
  expect(live.map(([fault]) => fault)).toContain('dead-session-wrong-status');
  expect(readFileSync(file, 'utf8')).not.toContain(session);
});

it('the exporter does not start when it cannot record', async () => {
  const attempt = startExporter({ port: 0, record: '/no/such/folder/traffic.jsonl' });
  await expect(attempt).rejects.toThrow(/record: .* must be the path of a file/);
});

it('a program started with the variable leaves a recording when it ends', async () => {
  const file = join(emptyFolder(), 'traffic.jsonl');
  const env = { ...process.env, MCP_SESSION_EXPORTER_PORT: '0', MCP_SESSION_EXPORTER_RECORD: file };
  const child = spawn(process.execPath, ['--import', REGISTER, SERVE], {
    env,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const exit = once(child, 'exit');
  const [url] = (await once(child.stdout, 'data')) as [Buffer];
  await post(String(url).trim(), 'initialize');
  child.stdin.end();
  expect(await exit).toEqual([0, null]);
  expect(await replay([file])).toMatchObject({ exchanges: 1, damaged: 0, found: [] });
});
