import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { VERSION } from '../../src/version.ts';
import { post, startMcpServer } from '../exporter/support/mcp-server.ts';
import { freePort } from '../support/free-port.ts';
import { build, installedHere, seal, type Built } from './support/built-image.ts';
import { environmentOf, only, readDockerfile, type Stage } from './support/dockerfile.ts';

const ROOT = join(import.meta.dirname, '../..');
const stages = readDockerfile(join(ROOT, 'Dockerfile'));
const last = stages.at(-1) as Stage;
const run = promisify(execFile);

/** Whom the program runs as; who is not root may not choose, and runs it as himself. */
const USER = process.getuid?.() === 0 ? { uid: 1000, gid: 1000 } : {};

let scratch: string;
let image: Built;

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'image-'));
  chmodSync(scratch, 0o755);
  const means = {
    context: ROOT,
    scratch,
    isIgnored: ignoredBy('.dockerignore'),
    instead: installedHere(ROOT),
  };
  image = await build(stages, means);
  seal(image.at('/app'));
}, 240_000);
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Decides by a list in which the last line that fits a path counts; it uses no pattern but `*` for all. */
function ignoredBy(file: string): (path: string) => boolean {
  const lines = readFileSync(join(ROOT, file), 'utf8').split('\n');
  const rules = lines.filter((line) => line !== '' && !line.startsWith('#'));
  return (path) => {
    const fits = (rule: string): boolean =>
      rule === '*' || path === rule.replace(/^!/, '') || path.startsWith(`${rule.replace(/^!/, '')}/`);
    return rules.findLast(fits)?.startsWith('!') === false;
  };
}

/** The words of an instruction in its exec form, with paths of the image where they stand here. */
function wordsOf(instruction: string): string[] {
  const words = JSON.parse(/\[.*\]$/s.exec(instruction)?.[0] ?? '') as string[];
  return words.map((word) => (word.startsWith('/app') ? image.at(word) : word));
}

const clean = { PATH: process.env['PATH'] ?? '', ...environmentOf(last) };

describe('the Dockerfile', () => {
  it('stands on a version of Node that the tests run on', () => {
    const { devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      devDependencies: Record<string, string>;
    };
    for (const { base } of stages)
      expect(base).toMatch(new RegExp(String.raw`^node:${devDependencies['node']}-\w+-slim$`));
  });

  it('names a user by number, who is not root', () => {
    expect(only(last, 'USER')).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  });

  it('takes along nothing that only development needs', async () => {
    await expect(run('ls', [image.at('/app/node_modules/typescript')])).rejects.toThrow();
    await expect(run('ls', [image.at('/app/node_modules/fastify')])).resolves.toBeDefined();
    // What prints rules is there, and what makes dashboards is not: it rests on what only development has.
    await expect(run('ls', [image.at('/app/dist/ops/rules')])).resolves.toBeDefined();
    await expect(run('ls', [image.at('/app/dist/ops/dashboard/grafana.js')])).rejects.toThrow();
    await expect(run('ls', [image.at('/app/dist/ops/generate.js')])).rejects.toThrow();
  });
});

describe('the program in it', () => {
  function entry(): { program: string; args: string[] } {
    const [program = '', ...args] = wordsOf(only(last, 'ENTRYPOINT'));
    return { program, args };
  }

  async function ask(...args: string[]): Promise<string> {
    const { program, args: own } = entry();
    const { stdout } = await run(program, [...own, ...args], { ...USER, cwd: image.at('/app'), env: clean });
    return stdout;
  }

  it('tells its version, and without a command how it is used', async () => {
    expect(await ask('--version')).toBe(`${VERSION}\n`);
    expect(await ask(...wordsOf(only(last, 'CMD')))).toContain('Usage: mcp-session-exporter');
  });

  it('cannot change a file of its own', async () => {
    const file = image.at('/app/dist/cli.js');
    const script = `require('node:fs').appendFileSync(${JSON.stringify(file)}, ' ')`;
    await expect(run('node', ['-e', script], { ...USER, env: clean })).rejects.toThrow('EACCES');
  });

  it('serves as another user, and its health check tells whether it does', async () => {
    const server = await startMcpServer(404);
    onTestFinished(() => server.close());
    const [port, listen] = [await freePort(), await freePort()];
    const env = {
      ...clean,
      MCP_SESSION_EXPORTER_PORT: String(port),
      MCP_SESSION_EXPORTER_PROXY_LISTEN: `127.0.0.1:${listen}`,
    };
    const [checker = '', ...check] = wordsOf(only(last, 'HEALTHCHECK'));
    const isHealthy = (): Promise<boolean> =>
      run(checker, check, { ...USER, env }).then(
        () => true,
        () => false,
      );
    expect(await isHealthy()).toBe(false);

    const { program, args } = entry();
    const child = spawn(program, [...args, 'proxy', '--upstream', server.url], { ...USER, cwd: '/', env });
    onTestFinished(() => void child.kill('SIGKILL'));
    await expect.poll(isHealthy, { timeout: 15_000, interval: 300 }).toBe(true);
    expect(await post(`http://127.0.0.1:${listen}/mcp`, 'initialize')).toMatchObject({ status: 200 });
    expect(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()).toContain(
      'mcp_sessions_created_total',
    );
    expect(await ended(child, 'SIGTERM')).toBe(0);
  });
});

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  const exit = once(child, 'exit');
  child.kill(signal);
  const [code] = (await exit) as [number | null];
  return code;
}
