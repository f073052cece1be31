import type { RequestListener } from 'node:http';
import { startServer, type RestartableServer } from './restartable-server.ts';
import { serveMaskedJson } from './servers/masked-200.ts';
import { serveRmcp016 } from './servers/rmcp-0-16.ts';
import { serveSdk129 } from './servers/sdk-1-29.ts';
import { serveSdk132 } from './servers/sdk-1-32.ts';
import { serveSdk2, serveSdk2WithSessions } from './servers/sdk-2.ts';

/** One server of each kind, for the probe alone: the stories restart theirs. */
const KINDS: Readonly<Record<string, () => RequestListener>> = {
  'sdk-1.29': serveSdk129,
  'sdk-1.32': serveSdk132,
  'sdk-2': serveSdk2,
  'sdk-2-map': serveSdk2WithSessions,
  'rmcp-0.16': serveRmcp016,
  'masked-200': serveMaskedJson,
};

/** Servers to probe, each under an address that says what it is. */
export interface Probed {
  readonly urls: readonly string[];
  close(): Promise<void>;
}

/** Starts a server of each kind. */
export async function startProbed(): Promise<Probed> {
  const started = await Promise.all(
    Object.entries(KINDS).map(async ([name, serve]) => ({
      name,
      server: await startServer(atAnyPath(serve)),
    })),
  );
  return {
    urls: started.map(({ name, server }) => new URL(`/${name}/mcp`, server.url).href),
    async close() {
      await Promise.all(started.map(({ server }: { server: RestartableServer }) => server.close()));
    },
  };
}

/** Has every one probed by the exporter at `url`, as Prometheus would; the page shows what was found. */
export async function probeAll({ urls }: Probed, url: string): Promise<void> {
  for (const target of urls) {
    const answer = await fetch(`${url}probe?target=${encodeURIComponent(target)}`);
    if (!answer.ok) throw new Error(`/probe answered ${answer.status} for ${target}`);
    await answer.text();
  }
}

/** The name in the address is for people; the servers know one path. */
function atAnyPath(serve: () => RequestListener): () => RequestListener {
  return () => {
    const handle = serve();
    return (request, response) => {
      request.url = '/mcp';
      handle(request, response);
    };
  };
}
