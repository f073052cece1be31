import Fastify from 'fastify';
import { expect, it, onTestFinished, type TestContext } from 'vitest';
import {
  createProbes,
  CHECK_IDS,
  PHASES,
  type ProbeReport,
  type Probes,
  type ProbeSettings,
} from '../../../src/exporter/probe/index.ts';
import { probeMetrics } from '../../../src/exporter/probe/probe-metrics.ts';
import { serveProbe } from '../../../src/exporter/probe/serve-probe.ts';
import { emulated, type Emulated, type Emulation } from './support/emulated-server.ts';
import { listening } from './support/listening.ts';

const QUICK = { holdMs: 50, timeoutMs: 1000 };

interface Exporter {
  readonly server: Emulated;
  readonly url: string;
  readonly reports: readonly ProbeReport[];
  /** By which module each was found. */
  readonly tellers: readonly string[];
  readonly probes: Probes;
  readonly ask: (
    query: string,
    headers?: Record<string, string>,
  ) => Promise<{ status: number; type: string; text: string }>;
}

/** An exporter that may probe one server. */
async function exporting(
  context: TestContext,
  emulation: Emulation = {},
  settings: Partial<ProbeSettings> = {},
): Promise<Exporter> {
  const server = emulated(emulation);
  const url = await listening(context, server.listener);
  const reports: ProbeReport[] = [];
  const tellers: string[] = [];
  const app = Fastify();
  onTestFinished(async () => app.close());
  const now: ProbeSettings = { targets: [url], modules: new Map([['default', QUICK]]), ...settings };
  const probes = createProbes(
    () => now,
    (report, module) => {
      reports.push(report);
      tellers.push(module);
    },
  );
  serveProbe(app, probes);
  return {
    server,
    url,
    reports,
    tellers,
    probes,
    async ask(query, headers = {}) {
      const answer = await app.inject({ url: `/probe?${query}`, headers });
      return { status: answer.statusCode, type: String(answer.headers['content-type']), text: answer.body };
    },
  };
}

/** The samples of a text, by name and labels. */
function samplesIn(text: string): Map<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [
      line.slice(0, line.lastIndexOf(' ')),
      Number(line.slice(line.lastIndexOf(' ') + 1)),
    ]),
  );
}

it('answers the metrics of one probe, and nothing else', async (context) => {
  const { url, ask } = await exporting(context, { discover: () => {} });
  const { status, type, text } = await ask(`target=${encodeURIComponent(url)}`);
  expect({ status, type }).toEqual({ status: 200, type: 'text/plain; version=0.0.4; charset=utf-8' });
  const samples = samplesIn(text);
  expect(samples.get('mcp_probe_success')).toBe(0);
  expect(samples.get('mcp_probe_check{check="discover"}')).toBe(0);
  expect(samples.get('mcp_probe_status_code{check="discover"}')).toBe(0);
  expect(samples.get('mcp_probe_check{check="unknown-id-post"}')).toBe(1);
  expect(samples.get('mcp_probe_status_code{check="unknown-id-post"}')).toBe(404);
  expect(samples.has('mcp_probe_check{check="keep-alive"}')).toBe(false);
  for (const phase of PHASES)
    expect(samples.get(`mcp_probe_duration_seconds{phase="${phase}"}`)).toBeGreaterThanOrEqual(0);
  const names = new Set([...samples.keys()].map((key) => key.split('{')[0]));
  expect(names).toEqual(new Set(probeMetrics.map(({ name }) => name)));
});

it('speaks OpenMetrics to who asks for it', async (context) => {
  const { url, ask } = await exporting(context);
  const { type, text } = await ask(`target=${url}`, {
    accept: 'application/openmetrics-text; version=1.0.0',
  });
  expect(type).toContain('application/openmetrics-text');
  expect(text.endsWith('# EOF\n')).toBe(true);
});

it('shows every exchange to who debugs, and no secret', async (context) => {
  const modules = new Map([['default', { ...QUICK, headers: { authorization: 'Bearer planted-secret' } }]]);
  const { url, ask, server, reports } = await exporting(context, {}, { modules });
  const { status, text } = await ask(`target=${url}&debug=true`);
  expect(status).toBe(200);
  expect(text).toContain('POST tools/list with an unknown id: 404 session-dead');
  for (const id of CHECK_IDS) expect(text).toContain(id);
  expect(server.requests.every(({ headers }) => headers.authorization === 'Bearer planted-secret')).toBe(
    true,
  );
  const ids = server.requests.flatMap(({ headers }) => headers['mcp-session-id'] ?? []);
  expect(ids.length).toBeGreaterThan(20);
  const told = text + JSON.stringify(reports);
  for (const secret of ['planted-secret', ...ids])
    if (secret !== 'not a session id') expect(told).not.toContain(secret);
});

it.for([
  ['another host', 'target=http://127.0.0.2:1/mcp', 403],
  ['another path of the same host', 'target={origin}/other', 403],
  ['the same with credentials', 'target={withCredentials}', 403],
  ['no URL', 'target=mcp', 403],
  ['a file', 'target=file:///etc/passwd', 403],
  ['nothing', '', 400],
  ['two targets', 'target={url}&target={url}', 400],
  ['a module that there is not', 'target={url}&module=secret', 400],
] as const)('refuses %s, and sends nothing', async ([, query, status], context) => {
  const { url, ask, server } = await exporting(context);
  const { origin, host } = new URL(url);
  const filled = query
    .replaceAll('{url}', url)
    .replace('{origin}', origin)
    .replace('{withCredentials}', `http://a:b@${host}/mcp`);
  const answer = await ask(filled);
  expect(answer.status).toBe(status);
  expect(answer.text).toMatch(/list of the operator|Name the server|no such module/);
  expect(server.requests).toHaveLength(0);
});

it('knows an allowed target however it is written', async (context) => {
  const { url, ask } = await exporting(context);
  const written = url.replace('http://', 'HTTP://').replace('/mcp', '/a/../mcp#part');
  expect((await ask(`target=${encodeURIComponent(written)}`)).status).toBe(200);
});

it('follows no redirect, and says so', async (context) => {
  const elsewhere = emulated();
  const away = await listening(context, elsewhere.listener);
  const redirecting = await listening(context, (_request, response) =>
    response.writeHead(307, { location: away }).end(),
  );
  const { ask } = await exporting(context, {}, { targets: [redirecting] });
  const samples = samplesIn((await ask(`target=${redirecting}`)).text);
  expect(samples.get('mcp_probe_success')).toBe(0);
  expect(samples.get('mcp_probe_check{check="initialize"}')).toBe(0);
  expect(samples.get('mcp_probe_status_code{check="initialize"}')).toBe(307);
  expect(elsewhere.requests).toHaveLength(0);
});

it('probes a target once for all who ask within a minute', async (context) => {
  const { url, ask, reports } = await exporting(context);
  const [one, two] = await Promise.all([ask(`target=${url}`), ask(`target=${url}`)]);
  const three = await ask(`target=${url}`);
  expect(reports).toHaveLength(1);
  expect([two.text, three.text]).toEqual([one.text, one.text]);
});

it('tells what the schedule found last, for as long as the schedule lets it stand', async (context) => {
  const modules = new Map([['default', { ...QUICK, everyMs: 3_600_000 }]]);
  const { url, ask, reports, probes } = await exporting(context, {}, { restMs: 1, modules });
  await probes.run(url);
  const [one, two] = [await ask(`target=${url}`), await ask(`target=${url}`)];
  expect(reports).toHaveLength(1);
  expect(two.text).toBe(one.text);
  expect(samplesIn(one.text).get('mcp_probe_timestamp_seconds')).toBe((reports[0]?.startedAt ?? 0) / 1000);
});

it('does not let one stand so long that was given less time', async (context) => {
  const modules = new Map([['default', { ...QUICK, everyMs: 3_600_000 }]]);
  const { url, ask, reports, probes } = await exporting(context, {}, { restMs: 1, modules });
  await ask(`target=${url}`, { 'x-prometheus-scrape-timeout-seconds': '1' });
  await probes.run(url);
  expect(reports).toHaveLength(2);
});

it('probes it again when the operator wants it oftener, and never twice at a time', async (context) => {
  let [open, most] = [0, 0];
  const slow: Emulation = {
    initialized: [202],
    discover: (response) => {
      most = Math.max(most, ++open);
      setTimeout(() => {
        open--;
        response.writeHead(400).end();
      }, 50);
    },
  };
  const modules = new Map([
    ['default', QUICK],
    ['other', QUICK],
  ]);
  const { url, ask, tellers } = await exporting(context, slow, { restMs: 1, modules });
  await Promise.all([ask(`target=${url}`), ask(`target=${url}&module=other`)]);
  await ask(`target=${url}`);
  expect(tellers).toEqual(['default', 'other', 'default']);
  expect(most).toBe(1);
});

it('keeps to the time that Prometheus gives, and ends its sessions all the same', async (context) => {
  const modules = new Map([['default', { holdMs: 60_000 }]]);
  const { url, ask, server } = await exporting(context, {}, { modules });
  const begun = performance.now();
  const samples = samplesIn(
    (await ask(`target=${url}`, { 'x-prometheus-scrape-timeout-seconds': '2' })).text,
  );
  expect(performance.now() - begun).toBeLessThan(2000);
  expect(samples.get('mcp_probe_check{check="request"}')).toBe(1);
  expect(server.live.size).toBe(0);
});
