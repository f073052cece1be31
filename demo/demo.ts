import { setTimeout as sleep } from 'node:timers/promises';
import type { DemoArguments } from './arguments.ts';
import { compare, type Outcome } from './outcome.ts';
import { probeAll, startProbed, type Probed } from './probed.ts';
import { scenarios, type Scenario } from './scenarios.ts';
import { tableOf } from './table.ts';
import { play, stage, type Staged } from './theatre.ts';
import { createVoice, type Voice } from './voice.ts';
import { watch, type Watching } from './watch.ts';

/** How long the servers are left in peace between two rounds. */
const INTERMISSION_MS = 75_000;

/** Runs the demo; answers the exit code. `interrupted` is Ctrl-C. */
export async function runDemo(options: DemoArguments, interrupted: AbortSignal): Promise<number> {
  const cast = scenarios.filter((scenario) => !options.once || scenario.seconds === undefined);
  const targets = cast.map((scenario) => scenario.name);
  const voice = createVoice(process.stdout, Math.max(...targets.map((name) => name.length)));
  const probed = await startProbed();
  const watching = await watch(
    { ...options, targets, probed: probed.urls },
    ({ target, id, side, because }) => voice.finding(target, `FOUND ${id} (${side} at fault). ${because}`),
  );
  const staged = await stage(cast);
  for (const { scenario, server } of staged) watching.name(server.port, scenario.name);
  const evening: Evening = { voice, watching, staged, probed, interrupted };
  try {
    greet(evening, options.once);
    const agrees = await firstRound(evening);
    if (options.once) return agrees ? 0 : 1;
    await furtherRounds(evening);
    return 0;
  } finally {
    const servers = [probed, ...staged.map(({ server }) => server)];
    await Promise.all([watching.exporter.close(), ...servers.map((server) => server.close())]);
  }
}

interface Evening {
  readonly voice: Voice;
  readonly watching: Watching;
  readonly staged: readonly Staged[];
  readonly probed: Probed;
  readonly interrupted: AbortSignal;
}

function greet({ voice, watching }: Evening, once: boolean): void {
  const { url } = watching.exporter;
  voice.line(voice.paint('bold', `Status page: ${url}   Metrics: ${url}metrics`));
  for (const { name, expected, seconds } of once ? scenarios : []) {
    if (seconds === undefined) continue;
    voice.line(
      `Left out by --once: ${name}. At its default thresholds ${expected.join(', ')} cannot be found`,
    );
    voice.line(`  before ${seconds} s have passed; without --once it is played.`);
  }
  voice.line();
}

/** The whole story, told in full, and the table. Answers whether everything came as expected. */
async function firstRound({ voice, watching, staged, interrupted }: Evening): Promise<boolean> {
  const broken = await play(staged, ({ name }, text) => voice.story(name, text), interrupted);
  if (interrupted.aborted) {
    voice.line('\nInterrupted before the end of the story.');
    return false;
  }
  watching.exporter.observer.refresh();
  const due = staged.filter(({ scenario }) => scenario.seconds === undefined);
  const outcomes = due.map(({ scenario }) => outcomeOf(scenario, watching, broken.get(scenario.name)));
  const differing = outcomes.filter((outcome) => !compare(outcome).agrees).length;
  voice.line(`\n${tableOf(outcomes, voice.paint)}\n`);
  if (differing === 0) voice.line('Everything was found as expected, and nothing else.');
  else voice.line(`Not as expected: ${differing} of ${outcomes.length} scenarios.`);
  return differing === 0;
}

function outcomeOf(scenario: Scenario, watching: Watching, broken: string | undefined): Outcome {
  const { name } = scenario;
  return { scenario, found: watching.found(name), exchanges: watching.exchanges(name), broken };
}

/** The same trouble again and again, without the words, so that the page stays alive. */
async function furtherRounds({ voice, watching, staged, probed, interrupted }: Evening): Promise<void> {
  if (interrupted.aborted) return;
  const { url } = watching.exporter;
  await probeAll(probed, url);
  voice.line(
    `\nLook at ${url} for what is broken, whose fault it is, the exchanges that prove it, and what to do,`,
  );
  voice.line(`and at ${url}metrics for mcp_session_faults_total and mcp_session_recoveries_total.`);
  voice.line(
    'The servers go on failing every two minutes; only what is found is told here. Ctrl-C ends this.\n',
  );
  const again = staged.filter(({ scenario }) => scenario.seconds === undefined);
  while (!interrupted.aborted) {
    await sleep(INTERMISSION_MS, undefined, { signal: interrupted }).catch(() => {});
    const broken = await play(again, () => {}, interrupted);
    for (const [name, why] of broken) voice.story(name, `the story broke off: ${why}`);
  }
}
