import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import type * as OpenTelemetryApi from '@opentelemetry/api';
import type { OpenTelemetrySource } from '../sinks/opentelemetry/index.ts';
import { VERSION } from '../version.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Stops to tell, and sends what is still there. It never rejects. */
export type StopTelling = () => Promise<void>;

/** The name under which a backend finds what is told. */
const SCOPE = 'mcp-session-exporter';

/** The SDK keeps 2,000 series of an instrument unless told otherwise; the table has more for some at twenty targets. */
const SERIES_OF_AN_INSTRUMENT = 20_000;

const SIGNALS = ['TRACES', 'METRICS', 'LOGS'] as const;

/**
 * Whether the standard variables ask for OpenTelemetry: an endpoint for OTLP, or an exporter other than `none` for
 * one of the signals; unless `OTEL_SDK_DISABLED` is `true`.
 */
export function asksForOpenTelemetry(environment: Environment): boolean {
  const read = (key: string): string => environment[`OTEL_${key}`]?.trim() ?? '';
  if (read('SDK_DISABLED').toLowerCase() === 'true') return false;
  if (read('EXPORTER_OTLP_ENDPOINT') !== '') return true;
  return SIGNALS.some((signal) => {
    const exporter = read(`${signal}_EXPORTER`);
    return exporter === '' ? read(`EXPORTER_OTLP_${signal}_ENDPOINT`) !== '' : exporter !== 'none';
  });
}

/**
 * Tells OpenTelemetry of what `source` sees, if the environment asks for it; nothing is loaded otherwise. The SDK is
 * the program's own when it has registered one, or else one that is set up from the standard variables, without
 * instrumentations. It is stopped by the answer, or when the program has nothing more to do; it keeps no program
 * alive but to send the last of it, for as long as the SDK tries (`OTEL_EXPORTER_OTLP_TIMEOUT`). Never rejects: what cannot be loaded is told by `tell`, and the program runs on.
 */
export async function startOpenTelemetry(
  source: OpenTelemetrySource,
  environment: Environment = process.env,
  tell: (line: string) => void = tellOnStderr,
): Promise<StopTelling> {
  if (!asksForOpenTelemetry(environment)) return async () => {};
  try {
    return await begin(source, environment, tell);
  } catch (error) {
    tell(`OpenTelemetry could not be started: ${messageOf(error)}. All else goes on.`);
    return async () => {};
  }
}

async function begin(
  source: OpenTelemetrySource,
  environment: Environment,
  tell: (line: string) => void,
): Promise<StopTelling> {
  const api = await import('@opentelemetry/api');
  const { exposeToOpenTelemetry } = await import('../sinks/opentelemetry/index.ts');
  const shutdown = isRegistered(api) ? undefined : await startSdk(api, environment);
  const stopInstruments = exposeToOpenTelemetry(source, { meter: api.metrics.getMeter(SCOPE, VERSION) });
  const stopSpans = exposeToOpenTelemetry(source, {
    tracer: api.trace.getTracer(SCOPE, VERSION),
    logger: api.logs.getLogger(SCOPE, VERSION),
  });
  // The spans of sessions come with the stop; instruments are read once more by the SDK that shuts down.
  const end = once(async () => {
    process.off('beforeExit', atEnd);
    stopSpans();
    await shutdown?.().catch((error: unknown) =>
      tell(`OpenTelemetry lost the last of it: ${messageOf(error)}`),
    );
    stopInstruments();
  });
  // An SDK of the program's own is shut down by the program.
  const atEnd = (): unknown => (shutdown === undefined ? stopSpans() : end());
  process.once('beforeExit', atEnd);
  return end;
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= work());
}

/** Whether the program has set up an SDK itself: what stands there by default does nothing. */
function isRegistered({
  trace,
  metrics,
  createNoopMeter,
  ProxyTracerProvider,
}: typeof OpenTelemetryApi): boolean {
  const provider = trace.getTracerProvider();
  const traces =
    !(provider instanceof ProxyTracerProvider) || provider.getDelegateTracer(SCOPE) !== undefined;
  return traces || metrics.getMeter(SCOPE) !== createNoopMeter();
}

/** Sets up the SDK, and answers what sends the rest and takes it away again. */
async function startSdk(
  { context, propagation, trace, metrics, logs }: typeof OpenTelemetryApi,
  environment: Environment,
): Promise<() => Promise<void>> {
  const { startNodeSdk } = await import('@opentelemetry/sdk-node');
  const sdk = startNodeSdk({
    instrumentations: [],
    // A collector that is down is no reason to fill the program's console.
    logLevel: environment['OTEL_LOG_LEVEL']?.trim() || 'none',
    views: [{ meterName: SCOPE, aggregationCardinalityLimit: SERIES_OF_AN_INSTRUMENT }],
    resourceAttributes: resourceOf(environment),
    // The SDK's own tell the command line of the program, which may hold secrets.
    ...(environment['OTEL_NODE_RESOURCE_DETECTORS'] ? undefined : { resourceDetectors: [] }),
  });
  return async () => {
    try {
      await sdk.shutdown();
    } finally {
      for (const part of [context, propagation, trace, metrics, logs]) part.disable();
    }
  };
}

/** Who tells: as the standard variables say, or else what npm calls the program, or the name of its file. */
function resourceOf(environment: Environment): Record<string, string> {
  const { OTEL_SERVICE_NAME: named, OTEL_RESOURCE_ATTRIBUTES: given = '' } = environment;
  const isGiven = (key: string): boolean =>
    given.split(',').some((pair) => pair.trim().startsWith(`${key}=`));
  const file = basename(process.argv[1] ?? '').replace(/\.[cm]?[jt]s$/, '');
  const name = named?.trim() || (isGiven('service.name') ? '' : environment['npm_package_name'] || file);
  return {
    ...(name === '' ? undefined : { 'service.name': name }),
    ...(isGiven('service.instance.id') ? undefined : { 'service.instance.id': randomUUID() }),
  };
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
}

function tellOnStderr(line: string): void {
  process.stderr.write(`mcp-session-exporter: ${line}\n`);
}
