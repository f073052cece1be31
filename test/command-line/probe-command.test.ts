import { mkdtempSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { WriteStream } from 'node:tty';
import { afterEach, describe, expect, it, vi, type TestContext } from 'vitest';
import { serveSdk129 } from '../../demo/servers/sdk-1-29.ts';
import { serveSdk132 } from '../../demo/servers/sdk-1-32.ts';
import { serveSdk2 } from '../../demo/servers/sdk-2.ts';
import { probeCommand } from '../../src/command-line/probe-command.ts';
import { CHECK_IDS, type ProbeReport } from '../../src/exporter/probe/index.ts';
import { runbookUrlOf } from '../../src/faults/index.ts';
import { emulated } from '../exporter/probe/support/emulated-server.ts';
import { listening } from '../exporter/probe/support/listening.ts';

afterEach(() => vi.unstubAllEnvs());

function sink(terminal: boolean): Writable & { text: string } {
  const stream = new Writable({
    write(chunk, _encoding, done) {
      stream.text += String(chunk);
      done();
    },
  }) as Writable & { text: string };
  return Object.assign(stream, { text: '', isTTY: terminal, getColorDepth });
}

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly errors: string;
}

async function run(args: readonly string[], terminal = false): Promise<Ran> {
  const [stdout, stderr] = [sink(terminal), sink(terminal)];
  const code = await probeCommand(args, { stdout, stderr });
  return { code, out: stdout.text, errors: stderr.text };
}

/** That of real terminals, which goes by the environment. */
const getColorDepth = (): number => WriteStream.prototype.getColorDepth(process.env);

const QUICK = ['--hold', '50ms', '--timeout', '1s'];

/** A server whose every check passes, or is not for it. */
const sound = (context: TestContext): Promise<string> => listening(context, serveSdk132());

/** One that answers 400 to what it does not know. */
const faulty = (context: TestContext): Promise<string> => listening(context, serveSdk129());

describe('mcp-session-exporter probe', () => {
  it('prints what it found, and exits with 0 when nothing failed', async (context) => {
    const { code, out, errors } = await run([...QUICK, await sound(context)]);
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(out).toContain('nothing failed\nstateful, sessionful, 2025-11-25\n');
    expect(out).not.toContain('FAILED');
    expect(out).not.toContain('\u001B[');
  });

  it('says what failed, with the exchange that shows it and where to read on, and exits with 1', async (context) => {
    const { code, out } = await run([...QUICK, await faulty(context)]);
    expect(code).toBe(1);
    expect(out).toMatch(
      /FAILED +unknown-id-post .*\n +It should be answered 404: the answer was 400 \(session-dead\)\.\n +POST tools\/list with an unknown id: 400 session-dead, \d+ ms\n +dead-session-wrong-status\n/,
    );
    expect(out).toContain(runbookUrlOf('dead-session-wrong-status'));
    expect(out).not.toContain('POST initialize without an id');
  });

  it('shows every exchange when it is asked to', async (context) => {
    const { out } = await run([...QUICK, '--debug', await sound(context)]);
    expect(out).toMatch(/POST initialize without an id: 200 ok, with a session id, \d+ ms\n/);
    expect(out).toMatch(/POST tools\/list with its id: 200 ok, with a session id, \d+ ms, 10 times\n/);
  });

  it('has colours on a terminal, unless it wants none', async (context) => {
    const url = await faulty(context);
    vi.stubEnv('NO_COLOR', undefined);
    vi.stubEnv('FORCE_COLOR', undefined);
    // Node takes a machine of an unknown CI for one without colours.
    vi.stubEnv('CI', undefined);
    vi.stubEnv('TERM', 'xterm-256color');
    expect((await run([...QUICK, url], true)).out).toContain('\u001B[31m');
    vi.stubEnv('NO_COLOR', '1');
    expect((await run([...QUICK, url], true)).out).not.toContain('\u001B[');
  });

  it('prints the report as JSON', async (context) => {
    const { code, out } = await run([...QUICK, '--json', await faulty(context)]);
    expect(code).toBe(1);
    const report = JSON.parse(out) as ProbeReport;
    expect(report.outcome).toBe('failed');
    expect(report.checks.map(({ id }) => id)).toEqual(CHECK_IDS);
    expect(report.checks.find(({ id }) => id === 'unknown-id-post')).toMatchObject({
      verdict: 'failed',
      faults: ['dead-session-wrong-status'],
      exchanges: [{ httpMethod: 'POST', rpcMethod: 'tools/list', idSent: 'unknown', status: 400, times: 1 }],
    });
  });

  it('prints the report as JUnit', async (context) => {
    const { code, out } = await run([...QUICK, '--junit', await faulty(context)]);
    expect(code).toBe(1);
    const cases = out.split('<testcase').slice(1);
    expect(cases).toHaveLength(CHECK_IDS.length);
    const failures = cases.filter((each) => each.includes('<failure'));
    expect(out).toContain(`tests="${CHECK_IDS.length}" failures="${failures.length}" errors="0"`);
    expect(failures.map((each) => /name="([a-z-]+):/.exec(each)?.[1])).toEqual([
      'unknown-id-post',
      'unknown-id-get',
      'unknown-id-delete',
      'ended-id-post',
      'ended-id-get',
      'ended-id-delete',
    ]);
    expect(failures[0]).toContain('type="dead-session-wrong-status"');
  });

  it('exits with 2 when there is no server, and tells why', async () => {
    const { code, out } = await run([...QUICK, 'http://127.0.0.1:1/mcp']);
    expect(code).toBe(2);
    expect(out).toContain(
      'could not be probed\nNo server could be reached: the connection failed (ECONNREFUSED).',
    );
    const junit = await run([...QUICK, '--junit', 'http://127.0.0.1:1/mcp']);
    expect(junit.out).toMatch(/failures="0" errors="[12]"/);
  });

  it.each([
    [[], 'name the address of one server'],
    [['http://a/mcp', 'http://b/mcp'], 'name the address of one server'],
    [['mcp'], 'the address of the server is no URL'],
    [['--json', '--junit', 'http://a/mcp'], '--json and --junit exclude each other'],
    [['--hold', 'long', 'http://a/mcp'], '--hold is "long"; allowed is a time such as 500ms, 20s or 1m'],
    [['--headers-file', '/not/there', 'http://a/mcp'], '--headers-file "/not/there" cannot be read (ENOENT)'],
    [['--eras', 'modern', 'http://a/mcp'], '--eras is "modern"; allowed are: sessionful, sessionless, both'],
    [['--origin', 'app.example', 'http://a/mcp'], 'origin is "app.example"; allowed is one as in https://'],
    [['--ca-file', '/not/there', 'http://a/mcp'], '--ca-file "/not/there" cannot be read (ENOENT)'],
    [
      ['--module', 'shop', 'http://a/mcp'],
      '--module names a way to probe in a file of settings; name the file',
    ],
    [['--config', '/not/there', 'http://a/mcp'], '/not/there'],
    [['--header', 'authorization: planted', 'http://a/mcp'], "Unknown option '--header'"],
  ])('refuses %j with 2, and says why', async (args, reason) => {
    const { code, out, errors } = await run(args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(errors).toContain(`mcp-session-exporter probe: ${reason}`);
  });

  it('explains itself', async () => {
    const { code, out } = await run(['--help']);
    expect(code).toBe(0);
    expect(out).toContain('--headers-file');
  });
});

describe('a module of the settings', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'probe-')), 'settings.yaml');
  writeFileSync(
    file,
    `probe:
  modules:
    default: { headers: { X-Module: default } }
    shop:
      headers: { Authorization: planted-in-module, X-Module: shop }
      origin: https://shop.example
      eras: [sessionful]
      hold_seconds: 0.1
`,
  );

  async function headersOf(
    context: TestContext,
    args: readonly string[],
  ): Promise<readonly IncomingHttpHeaders[]> {
    const { listener, requests } = emulated();
    const { errors } = await run([...args, await listening(context, listener)]);
    expect(errors).toBe('');
    return requests.map(({ headers }) => headers);
  }

  it('says how to probe, and with which headers', async (context) => {
    const sent = await headersOf(context, ['--config', file, '--module', 'shop']);
    expect(new Set(sent.map((headers) => headers['x-module']))).toEqual(new Set(['shop']));
    expect(sent.flatMap(({ origin }) => origin ?? [])).toContain('https://shop.example');
  });

  it('is the one called default where none is named', async (context) => {
    const sent = await headersOf(context, [...QUICK, '--config', file]);
    expect(new Set(sent.map((headers) => headers['x-module']))).toEqual(new Set(['default']));
  });

  it('counts less than what is said beside it', async (context) => {
    vi.stubEnv('MCP_SESSION_EXPORTER_PROBE_HEADERS', 'Authorization: planted-in-environment');
    const flags = ['--config', file, '--module', 'shop', '--origin', 'https://other.example'];
    const sent = await headersOf(context, flags);
    expect(sent[0]).toMatchObject({ authorization: 'planted-in-environment', 'x-module': 'shop' });
    expect(new Set(sent.flatMap(({ origin }) => origin ?? []))).toEqual(new Set(['https://other.example']));
  });

  it('must be there', async () => {
    const { code, errors } = await run(['--config', file, '--module', 'shops', 'http://127.0.0.1:1/mcp']);
    expect(code).toBe(2);
    expect(errors).toContain(`--module is "shops"; the modules of ${file} are: default, shop. See --help.`);
  });

  it('stands in a file that is right', async () => {
    const wrong = `${file}.wrong`;
    writeFileSync(wrong, 'probe: { modules: { shop: { every_seconds: planted } } }\nports: 1\n');
    const { code, errors } = await run(['--config', wrong, '--module', 'shop', 'http://127.0.0.1:1/mcp']);
    expect(code).toBe(2);
    expect(errors).toContain('probe.modules.shop.every_seconds: "planted" is not allowed');
    expect(errors).toContain('ports');
  });
});

it('mcp-session-exporter probe holds a server to one era where it is told to', async (context) => {
  const { out } = await run([
    ...QUICK,
    '--json',
    '--eras',
    'sessionless',
    await listening(context, serveSdk2()),
  ]);
  const report = JSON.parse(out) as ProbeReport;
  expect(report).toMatchObject({ outcome: 'passed', eras: ['sessionless'] });
  expect(report.checks.find(({ id }) => id === 'initialize')?.verdict).toBe('not-applicable');
});

describe('headers for mcp-session-exporter probe', () => {
  it('come from the environment and from a file, and stand in no output', async (context) => {
    const { listener, requests } = emulated();
    const url = await listening(context, listener);
    const file = join(mkdtempSync(join(tmpdir(), 'probe-')), 'headers');
    writeFileSync(file, 'Authorization: Bearer planted-in-file\r\nX-Tenant: planted-tenant\n');
    vi.stubEnv(
      'MCP_SESSION_EXPORTER_PROBE_HEADERS',
      'Authorization: planted-in-environment\nX-Other: planted-other',
    );
    const outputs = [];
    for (const form of ['--debug', '--json', '--junit'])
      outputs.push(await run([...QUICK, form, '--headers-file', file, `${url}?key=planted-query`]));
    expect(requests[0]?.headers).toMatchObject({
      authorization: 'Bearer planted-in-file',
      'x-tenant': 'planted-tenant',
      'x-other': 'planted-other',
    });
    expect(requests[0]?.url).toBe('/mcp?key=planted-query');
    for (const { out, errors } of outputs) {
      expect(out + errors).not.toContain('planted');
      for (const { headers } of requests) {
        const id = headers['mcp-session-id'];
        if (id !== undefined && !String(id).includes(' ')) expect(out).not.toContain(id);
      }
    }
  });

  it('are not repeated when they are wrong', async () => {
    vi.stubEnv('MCP_SESSION_EXPORTER_PROBE_HEADERS', 'planted');
    const { code, errors } = await run(['http://127.0.0.1:1/mcp']);
    expect(code).toBe(2);
    expect(errors).toBe(
      'mcp-session-exporter probe: line 1 of the headers is not "Name: value". See --help.\n',
    );
  });
});
