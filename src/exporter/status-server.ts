import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Observer } from '../observer.ts';
import { createClientVersions } from './api/client-versions.ts';
import { createLatestProbes, type LatestProbes } from './api/probes.ts';
import { serveApi } from './api/serve-api.ts';
import { createTimelines } from './api/timelines.ts';
import { readAssets } from './assets.ts';
import { createAudience, type Audience } from './events.ts';
import { createHistory } from './history.ts';
import { createHostCheck, soleHostIn, type AllowedHosts } from './host-check.ts';
import { serveMcp } from './mcp/serve-mcp.ts';
import { createMetricsText } from './metrics-text.ts';
import { createProbes, type ProbeSettings } from './probe/probes.ts';
import { createSchedule } from './probe/schedule.ts';
import { serveProbe } from './probe/serve-probe.ts';
import type { Status } from './status-model.ts';
import { statusOf } from './status.ts';

/** Who may ask, and what is said of being ready. */
export interface StatusServerOptions {
  /** Names by which the server may be asked for, beside addresses and `localhost`. */
  readonly allowedHosts?: AllowedHosts;
  /** Whether the hooks stand, for `/readyz`. Default: they do. */
  readonly isReady?: () => boolean;
  /** What probes have found, for the page and the API. Default: nothing. */
  readonly probes?: LatestProbes;
  /** Whom it may probe, how, and how often by itself; asked each time. Default: nobody. */
  readonly probing?: () => ProbeSettings;
}

const SECURITY_HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
} as const;

const PULSE_MS = 1000;

/**
 * Makes the server of metrics and status page. It begins to sample and to tell when it listens, and ends with
 * `close()`. Its timer alone keeps no process alive; whether its socket does is up to who listens.
 */
export function createStatusServer(observer: Observer, options: StatusServerOptions = {}): FastifyInstance {
  const app = Fastify({
    logger: false,
    forceCloseConnections: true,
    routerOptions: { ignoreTrailingSlash: false },
    // What is not known is refused and not passed over: a filter that is misspelt would seem to find everything.
    ajv: { customOptions: { removeAdditional: false } },
  });
  const history = createHistory(observer.counts);
  const status = (): Status => statusOf(observer, history, observer.now());
  const timelines = createTimelines();
  const versions = createClientVersions();
  const detach = [timelines, versions].map((sink) => observer.attach(sink));
  const { probes = createLatestProbes(), probing: probeSettings = nobody, isReady = () => true } = options;
  const audience = createAudience(() => eventOf(status()), observer.now);
  const isOurs = createHostCheck(options.allowedHosts ?? []);
  guard(app, isOurs);
  answerFailures(app, observer);
  serveChecks(app, isReady);
  serveMetrics(app, observer);
  servePage(app);
  serveApi(app, { observer, history, timelines, versions, probes, status });
  const closing = new AbortController();
  const probing = createProbes(probeSettings, probes.put, closing.signal);
  const probeWhatIsDue = createSchedule(probing, probeSettings, (error) => {
    if (!closing.signal.aborted) observer.failed('signal', error);
  });
  serveProbe(app, probing);
  serveEvents(app, audience);
  serveMcp(app, { observer, timelines, versions, probing, isOurs });
  beat(app, observer, () => {
    observer.refresh();
    history.sample(observer.now());
    audience.tell();
    // A proxy may be told to probe itself.
    if (isReady()) probeWhatIsDue();
  });
  app.addHook('preClose', async () => {
    audience.close();
    closing.abort();
  });
  app.addHook('onClose', async () => detach.forEach((stop) => stop()));
  return app;
}

/**
 * What changes with every reading is left out of an event, so that an unchanged state is told once. The history
 * grows every five seconds: that is the heartbeat.
 */
function eventOf(status: Status): string {
  return JSON.stringify({ ...status, at: undefined });
}

/** Nobody is probed on request unless the operator says so. */
const nobody = (): ProbeSettings => ({ targets: [], modules: new Map() });

/** Refuses strangers, and what would change something: only a route of its own lets another method in. */
function guard(app: FastifyInstance, isOurs: (host: string | undefined) => boolean): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(SECURITY_HEADERS);
    if (!isOurs(soleHostIn(request.raw.rawHeaders))) return refuseHost(reply);
    if (request.method === 'GET' || request.method === 'HEAD' || !request.is404) return;
    return reply
      .code(405)
      .header('allow', 'GET, HEAD')
      .send({ error: 'Only GET and HEAD are answered here.' });
  });
}

function refuseHost(reply: FastifyReply): FastifyReply {
  return reply
    .code(403)
    .type('text/plain; charset=utf-8')
    .send(
      'This host name is not allowed here. Ask by address or localhost, or allow the name: the option allowedHosts, or MCP_SESSION_EXPORTER_ALLOWED_HOSTS.\n',
    );
}

function answerFailures(app: FastifyInstance, observer: Observer): void {
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({ error: 'There is nothing at this path.' }),
  );
  app.setErrorHandler<Error & { statusCode?: number }>((error, _request, reply) => {
    const code = error.statusCode ?? 500;
    if (code >= 500) observer.failed('signal', error);
    return reply
      .code(code)
      .send({ error: code >= 500 ? 'This could not be answered.' : 'This request is malformed.' });
  });
  // Without a listener, a failed accept (no file handles left, say) would end the watched program.
  app.server.on('error', (error) => {
    if (app.server.listening) observer.failed('signal', error);
  });
}

function serveChecks(app: FastifyInstance, isReady: () => boolean): void {
  app.get('/healthz', (_request, reply) => reply.type('text/plain; charset=utf-8').send('alive\n'));
  app.get('/readyz', (_request, reply) => {
    const ready = isReady();
    return reply
      .code(ready ? 200 : 503)
      .type('text/plain; charset=utf-8')
      .send(ready ? 'ready\n' : 'not ready\n');
  });
}

function serveMetrics(app: FastifyInstance, observer: Observer): void {
  const metrics = createMetricsText(observer);
  app.get('/metrics', async (request, reply) => {
    const { contentType, text } = await metrics.of(request.headers.accept);
    return reply.type(contentType).header('vary', 'accept').send(text);
  });
}

function servePage(app: FastifyInstance): void {
  for (const { path, contentType, body } of readAssets()) {
    app.get(path, (_request, reply) => reply.type(contentType).send(body));
  }
}

function serveEvents(app: FastifyInstance, audience: Audience): void {
  app.get('/events', { exposeHeadRoute: false }, (_request: FastifyRequest, reply) => {
    const head = reply.getHeaders() as Record<string, string>;
    if (audience.join(reply.raw, head)) return reply.hijack();
    return reply.code(503).header('retry-after', '10').send({ error: 'Too many pages are open; close one.' });
  });
}

/** Lets `pulse` run each second while the server listens. */
function beat(app: FastifyInstance, observer: Observer, pulse: () => void): void {
  let timer: NodeJS.Timeout | undefined;
  app.addHook('onListen', async () => {
    const guarded = (): void => {
      try {
        pulse();
      } catch (error) {
        observer.failed('signal', error);
      }
    };
    guarded();
    timer = setInterval(guarded, PULSE_MS).unref();
  });
  app.addHook('onClose', async () => clearInterval(timer));
}
