import type { Story } from '../story.ts';
import { conformanceStories } from './conformance.ts';
import { deadAnswerStories } from './dead-answers.ts';
import { deployStories } from './deploy.ts';
import { eraStories } from './eras.ts';
import { agreementStories } from './agreement.ts';
import { httpSseStories } from './http-sse.ts';
import { handshakeStories } from './handshakes.ts';
import { listeningStories } from './listening.ts';
import { mistakenAnswerStories } from './mistaken-answers.ts';
import { pathStories } from './paths.ts';
import { languageStories } from './languages.ts';
import { lifecycleStories } from './lifecycle.ts';
import { loadStories } from './load.ts';
import { pollingStories } from './polling.ts';
import { productStories } from './products.ts';
import { recoveryStories } from './recovery.ts';
import { inFlightStories, restartStories } from './restart.ts';
import { sdkStories } from './sdk.ts';
import { sleepStories } from './sleep.ts';
import { tokenStories } from './tokens.ts';

const STORIES: readonly Story[] = [
  ...sdkStories,
  ...languageStories,
  ...productStories,
  ...restartStories,
  ...inFlightStories,
  ...conformanceStories,
  ...tokenStories,
  ...sleepStories,
  ...deployStories,
  ...pollingStories,
  ...eraStories,
  ...httpSseStories,
  ...loadStories,
  ...deadAnswerStories,
  ...mistakenAnswerStories,
  ...recoveryStories,
  ...handshakeStories,
  ...listeningStories,
  ...lifecycleStories,
  ...pathStories,
  ...agreementStories,
];

/** The stories that can be played here, and what is missing for the others. */
export interface Programme {
  readonly stories: readonly Story[];
  readonly missing: readonly string[];
}

/** Every story; what those that are `wanted` need is installed, and a story that lacks it is left out. */
export async function allStories(wanted: (story: Story) => boolean): Promise<Programme> {
  const needed = new Set(STORIES.filter(wanted).flatMap(({ needs = [] }) => needs));
  const missing = new Set<string>();
  await Promise.all(
    [...needed].map((need) =>
      need.prepare().catch((error: unknown) => {
        console.error(`corpus: ${need.title} could not be installed: ${String(error)}`);
        missing.add(need.title);
      }),
    ),
  );
  const stories = STORIES.filter(({ needs = [] }) => !needs.some(({ title }) => missing.has(title)));
  return { stories, missing: [...missing] };
}
