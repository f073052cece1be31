/**
 * Plays the scenarios behind a proxy that runs elsewhere: each server listens where the settings of the proxy say, and
 * each client asks the proxy. `node demo/behind-proxy.ts SETTINGS PROXY broken|healthy`, until SIGTERM.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';
import { startServer } from './restartable-server.ts';
import { scenarios, type Scenario } from './scenarios.ts';
import { play, type Staged } from './theatre.ts';

/** How long the servers are left in peace between two rounds. */
const INTERMISSION_MS = 30_000;

interface Upstream {
  readonly name: string;
  readonly urls: readonly [string];
}

const CASTS: Readonly<Record<string, (scenario: Scenario) => boolean>> = {
  broken: ({ expected }) => expected.length > 0,
  healthy: ({ expected }) => expected.length === 0,
};

/** The scenarios of one cast that the proxy has upstreams for, each with its server and the proxy's address of it. */
async function stageBehind(proxy: string, upstreams: readonly Upstream[], cast: string): Promise<Staged[]> {
  const belongs = CASTS[cast];
  if (belongs === undefined)
    throw new TypeError(`"${cast}" is no cast; there are ${Object.keys(CASTS).join(' and ')}`);
  const places = scenarios.filter(belongs).flatMap((scenario) => {
    const upstream = upstreams.find(({ name }) => name === scenario.name);
    return upstream === undefined ? [] : [{ scenario, port: Number(new URL(upstream.urls[0]).port) }];
  });
  return Promise.all(
    places.map(async ({ scenario, port }) => {
      const server = await startServer(scenario.serve, port);
      return { scenario, server: { ...server, url: new URL(`/${scenario.name}/mcp`, proxy) } };
    }),
  );
}

async function main([settings = '', proxy = '', cast = '']: readonly string[]): Promise<void> {
  const { proxy: of } = parse(readFileSync(settings, 'utf8')) as { proxy: { upstreams: Upstream[] } };
  const staged = await stageBehind(proxy, of.upstreams, cast);
  const interrupted = new AbortController();
  process.once('SIGTERM', () => interrupted.abort());
  process.once('SIGINT', () => interrupted.abort());
  console.log(`${staged.length} ${cast} servers behind ${proxy}`);
  let playing = staged;
  while (!interrupted.signal.aborted) {
    const broken = await play(playing, () => {}, interrupted.signal);
    for (const [name, why] of broken) console.log(`${name}: the story broke off: ${why}`);
    console.log('a round is over');
    // What takes minutes to be found is left alone, for it to be found.
    playing = staged.filter(({ scenario }) => scenario.seconds === undefined);
    await sleep(INTERMISSION_MS, undefined, { signal: interrupted.signal }).catch(() => {});
  }
  await Promise.all(staged.map(({ server }) => server.close()));
}

await main(process.argv.slice(2));
