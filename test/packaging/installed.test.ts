import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { fencesOf, readPage, ROOT } from '../docs/markdown.ts';
import { testReadmePrograms } from '../docs/readme-programs.ts';
import { makeProject, nodeOf, SUBPATHS } from './project.ts';

const run = promisify(execFile);

/** The oldest Node that `engines` allows. */
const OLDEST = '22.15.0';

const [project, oldest] = [await makeProject(), await nodeOf(OLDEST)];
const folder = project?.folder ?? '';
const why = project === undefined || oldest === undefined ? ' (the npm registry cannot be reached)' : '';

const REQUIRES = `
const names = process.argv.slice(2);
console.log(JSON.stringify(names.map((name) => [name, Object.keys(require(name)).toSorted()])));
`;

const IMPORTS = `
const load = async (name) => [
  name,
  Object.keys(name.endsWith('.json') ? (await import(name, { with: { type: 'json' } })).default : await import(name)).toSorted(),
];
console.log(JSON.stringify(await Promise.all(process.argv.slice(2).map(load))));
`;

afterAll(() => project?.remove());

describe.skipIf(why !== '')(`the package, installed in an empty project${why}`, () => {
  /** Runs Node in the project, with `register` on a port of its own. */
  async function node(path: string, args: readonly string[]): Promise<{ stdout: string; stderr: string }> {
    const env = { ...process.env, MCP_SESSION_EXPORTER_PORT: '0' };
    return await run(path, args, { cwd: folder, env, timeout: 15_000 });
  }

  describe.each([
    ['the Node of these tests', process.execPath],
    [`Node ${OLDEST}`, oldest ?? ''],
  ])('on %s', (_name, path) => {
    it('is required and imported by every name it has, without a warning', async () => {
      writeFileSync(join(folder, 'requires.cjs'), REQUIRES);
      writeFileSync(join(folder, 'imports.mjs'), IMPORTS);
      const required = await node(path, ['requires.cjs', ...SUBPATHS]);
      const imported = await node(path, ['imports.mjs', ...SUBPATHS]);
      const names = JSON.parse(imported.stdout) as [string, string[]][];
      expect(JSON.parse(required.stdout)).toEqual(names);
      const empty = names.filter(([, exported]) => exported.length === 0).map(([name]) => name);
      expect(empty).toEqual(['mcp-session-exporter/register']);
      expect(required.stderr + imported.stderr).not.toContain('Warning');
    });

    it('is the Node it is said to be', async () => {
      const { stdout } = await node(path, ['--version']);
      if (path === oldest) expect(stdout.trim()).toBe(`v${OLDEST}`);
      else expect(stdout.trim()).toBe(process.version);
    });

    it('serves the CommonJS program of the docs', async () => {
      const program = fencesOf(readPage('docs/imports.md'), 'js').map(({ text }) => text)[0] ?? '';
      expect(program).toContain(`require('mcp-session-exporter')`);
      writeFileSync(join(folder, 'program.cjs'), `${program}\n${ASK}`);
      const { stdout } = await node(path, ['program.cjs']);
      expect(stdout).toMatch(/^mcp_requests_total\{.*\} 1$/m);
    });
  });

  it.each(['mts', 'cts'])('has types for a strict program in .%s', async (ending) => {
    const names = SUBPATHS.filter((name) => !name.endsWith('package.json'));
    const statement = (name: string, i: number): string =>
      ending === 'mts' ? `import * as _${i} from '${name}';` : `import _${i} = require('${name}');`;
    const uses = names.map((_, i) => `void _${i};`);
    writeFileSync(join(folder, `consumer.${ending}`), [...names.map(statement), ...uses].join('\n'));
    const options = ['--noEmit', '--strict', '--target', 'es2024', '--module', 'nodenext', '--types', 'node'];
    const tsc = join(ROOT, 'node_modules/.bin/tsc');
    await expect(
      run(tsc, [...options, '--ignoreConfig', `consumer.${ending}`], { cwd: folder }),
    ).resolves.toMatchObject({
      stdout: '',
    });
  });

  describe('the programs of the README do there what they are for', () => testReadmePrograms(() => folder));
});

/** Added to the program of the docs: one request to it, and what it tells of that. */
const ASK = `
server.once('listening', async () => {
  const { port } = server.address();
  const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' });
  await (await fetch(\`http://127.0.0.1:\${port}/mcp\`, { method: 'POST', headers, body })).text();
  const metrics = await fetch(\`http://127.0.0.1:\${port}/metrics\`);
  console.log(await metrics.text());
  server.close();
  server.closeAllConnections();
});
`;
