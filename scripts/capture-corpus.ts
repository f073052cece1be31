/**
 * Captures the corpus anew: plays every story with real servers and clients, and files what the recorder saw.
 * `npm run corpus -- --only NAME` plays a group, or what stands in a folder (`faulty`), or one recording. A story that breaks off leaves
 * its former recording as it was, and makes the exit code 1. See docs/corpus.md.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fileRecording, withoutStale } from './corpus/filing.ts';
import { readManifest, writeManifest, type Entry } from './corpus/manifest.ts';
import { playStory } from './corpus/stage.ts';
import { allStories } from './corpus/stories/index.ts';
import { pathOf, type Story } from './corpus/story.ts';

const FOLDER = join(import.meta.dirname, '../test/corpus');
const AT_ONCE = 10;
const TIME_LIMIT_MS = 240_000;

const { values } = parseArgs({ options: { only: { type: 'string', multiple: true, default: [] } } });

// Each recorder closes its file when the process ends.
process.setMaxListeners(0);
// A client of an old SDK may let go of a failed promise; the story's own failures are told below.
process.on('unhandledRejection', () => {});

const { stories, missing } = await allStories((story) => wanted(story, values.only));
const chosen = stories.filter((story) => wanted(story, values.only));
if (chosen.length === 0) {
  console.error(`corpus: --only ${values.only.join(' ')} names no group, no folder and no recording`);
  process.exit(2);
}

const scratch = mkdtempSync(join(tmpdir(), 'mcp-session-corpus-'));
const entries: Record<string, Entry> = {};
const broken: string[] = [];
const waiting = chosen.toSorted((a, b) => (b.seconds ?? 0) - (a.seconds ?? 0));
let begun = 0;

await Promise.all(Array.from({ length: AT_ONCE }, playOn));
rmSync(scratch, { recursive: true, force: true });

const former = readManifest(FOLDER);
const kept =
  values.only.length === 0 && missing.length === 0 ? withoutStale(FOLDER, former, stories) : former;
await writeManifest(FOLDER, { ...kept, ...entries });
for (const line of broken) console.error(line);
console.log(`${chosen.length - broken.length} of ${chosen.length} stories captured`);
if (missing.length > 0) console.log(`kept as they were, for want of ${missing.join(', ')}`);
process.exit(broken.length === 0 ? 0 : 1);

async function playOn(): Promise<void> {
  for (let story = waiting.shift(); story !== undefined; story = waiting.shift()) await capture(story);
}

async function capture(story: Story): Promise<void> {
  const path = pathOf(story);
  const began = performance.now();
  try {
    const prefix = join(scratch, String(++begun));
    const played = await playStory(story, prefix, AbortSignal.timeout(TIME_LIMIT_MS));
    entries[path] = fileRecording(FOLDER, story, played);
    console.log(`${path} ${((performance.now() - began) / 1000).toFixed(1)} s`);
  } catch (error) {
    broken.push(
      `${path} broke off: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
  }
}

function wanted(story: Story, only: readonly string[]): boolean {
  const path = pathOf(story);
  const under = (name: string): boolean =>
    story.group === name || path.startsWith(`${name}/`) || path === name;
  return only.length === 0 || only.some(under);
}
