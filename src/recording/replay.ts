import { catalogue } from '../faults/index.ts';
import { firstHeaderOf, readRecording, type Damage, type Happening } from './read-recording.ts';
import type { Header } from './fields.ts';
import { momentOf } from './in-order.ts';
import { createStory, SETTLE_MS, type Found, type Story } from './story.ts';

/** What a replay was told, and what it found. Times are ms since the epoch. */
export interface Replay {
  readonly headers: readonly Header[];
  readonly exchanges: number;
  /** Records that the recorders themselves lost. */
  readonly lost: number;
  /** Lines that were not understood, and files that could not be read. */
  readonly damaged: number;
  /** When the first record happened, and the last; 0 when there is none. */
  readonly from: number;
  readonly to: number;
  /** The faults that were found, in the order of the catalogue. */
  readonly found: readonly Found[];
}

/** How {@link replay} goes on. */
export interface ReplayOptions {
  /** Told of each damaged line. Default: they are only counted. */
  readonly damaged?: (damage: Damage) => void;
  /** How long time passes behind the last record. Default: {@link SETTLE_MS}. */
  readonly settleMs?: number;
}

/**
 * Runs recordings through the core, on recorded time. Each run of a recorder is a story with an observer of its own,
 * as it was when it happened; the files it was divided into are joined again, whatever their order here.
 */
export async function replay(files: readonly string[], options: ReplayOptions = {}): Promise<Replay> {
  const { settleMs = SETTLE_MS } = options;
  const stories = new Map<string, Story>();
  const headers: Header[] = [];
  const seen = { exchanges: 0, lost: 0, damaged: 0, from: 0, to: 0 };

  function storyOf(run: string, startedAt: number): Story {
    const story = stories.get(run) ?? createStory(startedAt, settleMs);
    stories.set(run, story);
    return story;
  }

  function note(happening: Happening, at: number): void {
    if (happening.type === 'exchange') seen.exchanges++;
    if (happening.type === 'gap') seen.lost += happening.of.lost;
    if (seen.from === 0 || at < seen.from) seen.from = at;
    if (at > seen.to) seen.to = at;
  }

  for (const file of await inOrder(files)) {
    let run = `headless ${file}`;
    await readRecording(file, {
      header(header) {
        headers.push(header);
        ({ run } = header);
        storyOf(run, header.startedAt);
      },
      record(happening) {
        const at = momentOf(happening);
        note(happening, at);
        storyOf(run, at).tell(happening);
      },
      damaged(damage) {
        seen.damaged++;
        options.damaged?.(damage);
      },
    });
  }
  return { headers, ...seen, found: joined([...stories.values()].map((story) => story.finish())) };
}

/** The files by when they begin; what does not say so comes last. */
async function inOrder(files: readonly string[]): Promise<readonly string[]> {
  if (files.length < 2) return files;
  const dated: { file: string; at: number }[] = [];
  for (const file of new Set(files)) {
    dated.push({ file, at: (await firstHeaderOf(file))?.at ?? Number.MAX_VALUE });
  }
  return dated.toSorted((a, b) => a.at - b.at).map(({ file }) => file);
}

function joined(stories: readonly (readonly Found[])[]): Found[] {
  return catalogue.flatMap((fault) => {
    const parts = stories.flat().filter((found) => found.fault === fault);
    if (parts.length === 0) return [];
    const count = parts.reduce((sum, part) => sum + part.count, 0);
    return [{ fault, count, cases: parts.flatMap((part) => part.cases) }];
  });
}
