import { startServer, type RestartableServer } from './restartable-server.ts';
import type { Scenario } from './scenarios.ts';
import { setScene } from './scene.ts';

/** A scenario whose server is running. */
export interface Staged {
  readonly scenario: Scenario;
  readonly server: RestartableServer;
}

/** Starts the server of every scenario. */
export function stage(scenarios: readonly Scenario[]): Promise<readonly Staged[]> {
  return Promise.all(
    scenarios.map(async (scenario) => ({ scenario, server: await startServer(scenario.serve) })),
  );
}

/** How {@link play} tells of a scenario. */
export type Tell = (scenario: Scenario, text: string) => void;

/**
 * Plays scenarios side by side, each beginning a moment after the one before, so that they can be read. Answers
 * why a story broke off, by the scenario's name; stories that `signal` ends are not broken.
 */
export async function play(
  staged: readonly Staged[],
  tell: Tell,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const broken = new Map<string, string>();
  const told = staged.map(async ({ scenario, server }, i) => {
    const scene = setScene(server, (text) => tell(scenario, text), signal);
    try {
      await scene.pause(i * 0.2);
      await scenario.play(scene);
    } catch (error) {
      if (!signal.aborted) broken.set(scenario.name, error instanceof Error ? error.message : String(error));
    }
  });
  await Promise.all(told);
  return broken;
}
