import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createReferences } from '../../src/exchange/index.ts';
import { startOtlpInbox, type OtlpInbox } from './support/otlp-inbox.ts';
import { outputsOf, type Outputs } from './support/outputs.ts';
import { SECRETS, secretsIn } from './support/secrets.ts';
import { liveOneLife } from './support/story.ts';

const ROOT = join(import.meta.dirname, '../..');
const CLI = join(ROOT, 'src/cli.ts');

interface Program {
  readonly child: ChildProcess;
  readonly said: () => string;
}

let folder: string;
let inbox: OtlpInbox;
const outputs: Outputs = new Map();
const children: ChildProcess[] = [];

function start(args: readonly string[], more: Readonly<Record<string, string>> = {}): Program {
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: {
      PATH: process.env['PATH'] ?? '',
      NODE_NO_WARNINGS: '1',
      MCP_SESSION_EXPORTER_KEY: SECRETS.key,
      OTEL_EXPORTER_OTLP_ENDPOINT: inbox.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_METRIC_EXPORT_INTERVAL: '10000',
      OTEL_METRIC_EXPORT_TIMEOUT: '5000',
      OTEL_BSP_SCHEDULE_DELAY: '50',
      OTEL_BLRP_SCHEDULE_DELAY: '50',
      ...more,
    },
  });
  children.push(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += String(chunk)));
  return { child, said: () => text };
}

async function found(program: Program, pattern: RegExp): Promise<string> {
  const { child, said } = program;
  const look = (): string | undefined => {
    if (child.exitCode !== null) return `it ended: ${said()}`;
    const [, text] = pattern.exec(said()) ?? [];
    if (text === undefined) throw new Error(`${pattern} is not in: ${said()}`);
    return text;
  };
  return (await vi.waitFor(look, { timeout: 20_000 })) ?? '';
}

/** Ends a program in good order, and keeps what it has said. */
async function end(name: string, { child, said }: Program): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
  outputs.set(`what ${name} said`, said());
}

/** Runs a command to its end, and keeps what it has said. */
async function command(
  name: string,
  args: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { child, said } = start([CLI, ...args], more);
  await once(child, 'close');
  outputs.set(`what ${name} said`, said());
}

/** Settings with secrets in them. */
function configOf(url: string, recording: string): string {
  const headers = { authorization: `Bearer ${SECRETS.probeHeader}`, 'x-api-key': SECRETS.apiKey };
  return JSON.stringify({
    key: SECRETS.key,
    record: recording,
    proxy: { upstreams: [{ name: 'behind', urls: [url], path: '/behind' }] },
    probe: { allowed_targets: [url], modules: { default: { headers, hold_seconds: 0.1 } } },
  });
}

function keep(origin: string, told: Outputs): void {
  for (const [name, text] of told) outputs.set(`${origin} ${name}`, text);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'secrets-'));
  inbox = await startOtlpInbox();
  const [recordings, dead] = [
    [join(folder, 'hooks.jsonl'), join(folder, 'proxy.jsonl')],
    `${SECRETS.session}-0`,
  ];
  const hooks = start(['test/security/support/every-hook.ts'], { RECORD: recordings[0] ?? '' });
  const line = await found(hooks, /^(\{.*\})$/m);
  const { url, urls } = JSON.parse(line) as { url: string; urls: readonly string[] };
  for (const each of urls) await liveOneLife(each, fetch);

  const target = `${urls[0]}?token=${SECRETS.query}`;
  const config = join(folder, 'config.yaml');
  writeFileSync(config, configOf(urls[0] ?? '', recordings[1] ?? ''));
  await command('check-config', ['check-config', config]);
  const proxy = start([CLI, 'proxy', '--config', config, '--port', '0', '--listen', '127.0.0.1:0']);
  const front = await found(proxy, /proxy at (\S+)/);
  const status = await found(proxy, /status page at (\S+)/);
  await liveOneLife(new URL('behind/mcp', front).href, fetch);

  const headers = `Authorization: Bearer ${SECRETS.probeHeader}\nX-Api-Key: ${SECRETS.probeHeader}\n`;
  writeFileSync(join(folder, 'headers'), headers);
  for (const format of ['--debug', '--json', '--junit'])
    await command(`probe ${format}`, ['probe', format, '--hold', '100ms', target], {
      MCP_SESSION_EXPORTER_PROBE_HEADERS: headers,
    });
  await command('a probe with headers from a file', [
    'probe',
    '--headers-file',
    join(folder, 'headers'),
    '--hold',
    '100ms',
    target,
  ]);

  keep('the exporter', await outputsOf(url, dead));
  keep('the proxy', await outputsOf(status, dead));
  const probed = new URL(`/probe?debug=true&target=${encodeURIComponent(urls[0] ?? '')}`, status);
  outputs.set('/probe', await (await fetch(probed)).text());
  await end('the program with every hook', hooks);
  await end('the proxy', proxy);
  for (const recording of recordings) {
    outputs.set(`the recording ${recording}`, readFileSync(recording, 'utf8'));
    for (const format of [[], ['--json']])
      await command(`replay ${format.join()} ${recording}`, ['replay', ...format, recording]);
  }
  for (const signal of ['traces', 'metrics', 'logs']) outputs.set(`OTLP ${signal}`, inbox.received(signal));
}, 120_000);

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await inbox.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What the conventions of OpenTelemetry put into spans, and is no credential: see docs/decisions/0023. */
const NAMED_IN_SPANS = new Set(['tool', 'prompt']);

describe('what was planted in real traffic', () => {
  it('shows in no output', () => {
    const leaks = [...outputs].flatMap(([name, text]) => {
      const secrets = secretsIn(text).filter((each) => name !== 'OTLP traces' || !NAMED_IN_SPANS.has(each));
      return secrets.length === 0 ? [] : [`${name}: ${secrets.join(', ')}`];
    });
    expect(leaks).toEqual([]);
  });
});

describe('the search', () => {
  it('finds a secret in any writing', () => {
    const { bearer } = SECRETS;
    for (const prefix of ['', 'a', 'ab', 'abc'])
      expect(secretsIn(`x ${Buffer.from(`${prefix}${bearer}`).toString('base64')} y`), prefix).toEqual([
        'bearer',
      ]);
    expect(secretsIn(`"${bearer.toUpperCase()}"`)).toEqual(['bearer']);
    expect(secretsIn(`nothing ${createReferences({ key: 'k' }).of(bearer)}`)).toEqual([]);
  });

  it('has looked where sessions are told: their references are there', () => {
    const reference = createReferences({ key: SECRETS.key }).of(`${SECRETS.session}-0`);
    const tells = [...outputs].filter(([, text]) => text.includes(reference)).map(([name]) => name);
    for (const place of [
      '/api/v1/sessions',
      '/api/v1/faults',
      '/events',
      '/mcp',
      'OTLP traces',
      'OTLP logs',
      'recording',
      'replay',
    ])
      expect(
        tells.some((name) => name.includes(place)),
        place,
      ).toBe(true);
    const scraped = [...outputs].find(([name]) => name.startsWith('the exporter /metrics'))?.[1] ?? '';
    for (const hook of ['node-http', 'express', 'fastify', 'web', 'fetch', 'undici', 'transport'])
      expect(scraped, hook).toMatch(
        new RegExp(`operation_duration_seconds_count\\{[^}]*target="${hook}"[^}]*\\} [1-9]`),
      );
    for (const place of ['the exporter /metrics', 'the proxy /metrics', 'OTLP metrics'])
      expect([...outputs].find(([name]) => name.startsWith(place))?.[1], place).toMatch(/mcp[._]session/);
    expect(outputs.get('/probe')).toMatch(/mcp_probe_success/);
    expect(outputs.get('what check-config said')).toMatch(/# ok[^]*hidden/);
    for (const format of ['--debug', '--json', '--junit'])
      expect(outputs.get(`what probe ${format} said`), format).toMatch(/initialize/i);
  });
});
