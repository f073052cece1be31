/**
 * Judges every recording of the corpus, and counts for each fault how often it was found, missed and falsely raised.
 * Exit code: 0 all as expected, 1 not so, 2 nothing could be judged. See test/corpus/README.md.
 */
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { catalogue } from '../src/faults/index.ts';
import { replay, type Damage } from '../src/recording/index.ts';

const folder = process.argv[2] ?? join(import.meta.dirname, '../test/corpus');
const KINDS = ['healthy', 'faulty'] as const;
type Kind = (typeof KINDS)[number];

interface Score {
  found: number;
  missed: number;
  falselyRaised: number;
}

const scores = new Map<string, Score>(
  catalogue.map(({ id }) => [id, { found: 0, missed: 0, falselyRaised: 0 }]),
);
const complaints: string[] = [];
const counts: Record<Kind, number> = { healthy: 0, faulty: 0 };

for (const kind of KINDS) {
  for (const file of recordingsIn(join(folder, kind))) {
    counts[kind]++;
    await judge(kind, file);
  }
}

if (counts.healthy + counts.faulty === 0) {
  console.error(`judge: there is no recording below ${folder}/healthy or ${folder}/faulty`);
  process.exit(2);
}
console.table(Object.fromEntries([...scores].map(([id, score]) => [id, { ...score }])));
for (const complaint of complaints) console.error(complaint);
console.log(`${counts.healthy} healthy and ${counts.faulty} faulty recordings, ${verdictOn(complaints)}`);
process.exitCode = complaints.length === 0 ? 0 : 1;

async function judge(kind: Kind, file: string): Promise<void> {
  const name = relative(folder, file);
  const damaged = ({ line, reason }: Damage): void => void complaints.push(`${name}:${line}: ${reason}`);
  const { headers, exchanges, found } = await replay([file], { damaged });
  const expected = new Set(headers.flatMap((header) => header.expect ?? []));
  for (const wrong of wrongIn(kind, expected, exchanges)) complaints.push(`${name}: ${wrong}`);
  const raised = new Set(found.map(({ fault }) => fault.id));
  for (const id of new Set([...expected, ...raised])) {
    const score = scores.get(id);
    // A fault that does not exist was complained of already.
    if (score === undefined) continue;
    if (!raised.has(id)) complaints.push(`${name}: ${id} was missed`);
    if (!expected.has(id)) complaints.push(`${name}: ${id} was falsely raised`);
    score[!raised.has(id) ? 'missed' : expected.has(id) ? 'found' : 'falselyRaised']++;
  }
}

/** What makes a recording unfit to judge by. */
function wrongIn(kind: Kind, expected: ReadonlySet<string>, exchanges: number): string[] {
  const unknown = [...expected].filter((id) => !scores.has(id));
  return [
    ...(exchanges === 0 ? ['there is no exchange in it'] : []),
    ...unknown.map((id) => `its header expects ${id}, which is no fault of the catalogue`),
    ...(kind === 'healthy' && expected.size > 0 ? ['it is healthy, yet its header expects faults'] : []),
    ...(kind === 'faulty' && expected.size === 0 ? ['its header does not say what to expect'] : []),
  ];
}

function verdictOn(wrong: readonly string[]): string {
  return wrong.length === 0 ? 'no miss and no false alarm' : `${wrong.length} not as expected`;
}

function recordingsIn(path: string): string[] {
  try {
    const names = readdirSync(path, { recursive: true, encoding: 'utf8' });
    return names
      .filter((name) => name.endsWith('.jsonl'))
      .toSorted()
      .map((name) => join(path, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
