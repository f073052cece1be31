import { readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { catalogue, isJudged } from '../../src/faults/index.ts';
import { replay, type Damage } from '../../src/recording/index.ts';
import { readManifest, type Manifest } from './manifest.ts';

/** The two halves of a corpus: what must raise nothing, and what must raise the faults it says, alone. */
export const KINDS = ['healthy', 'faulty'] as const;

/** See {@link KINDS}. */
export type Kind = (typeof KINDS)[number];

/** In how many recordings a fault was found, missed, and raised where it is not. */
export interface Score {
  found: number;
  missed: number;
  falselyRaised: number;
}

/** A recording of the corpus, as its header says it is. */
export interface Recording {
  /** Its path below the folder of the corpus, with slashes. */
  readonly path: string;
  readonly kind: Kind;
  readonly expected: readonly string[];
}

/** What a corpus shows. */
export interface Judged {
  readonly recordings: readonly Recording[];
  readonly manifest: Manifest;
  /** By fault; those that a rule of Prometheus decides are no matter of a recording. */
  readonly scores: ReadonlyMap<string, Score>;
  /** Everything that is not as expected, a line each. */
  readonly complaints: readonly string[];
}

/** Replays every recording below `healthy` and `faulty`, each by itself, and compares what is found with its header. */
export async function judgeCorpus(folder: string): Promise<Judged> {
  const judged = catalogue.filter(isJudged).map(({ id }) => id);
  const scores = new Map<string, Score>(judged.map((id) => [id, { found: 0, missed: 0, falselyRaised: 0 }]));
  const recordings: Recording[] = [];
  const complaints: string[] = [];

  async function judge(kind: Kind, file: string): Promise<void> {
    const path = relative(folder, file).replaceAll(sep, '/');
    const damaged = ({ line, reason }: Damage): void => void complaints.push(`${path}:${line}: ${reason}`);
    const { headers, exchanges, found } = await replay([file], { damaged });
    const expected = [...new Set(headers.flatMap((header) => header.expect ?? []))];
    recordings.push({ path, kind, expected });
    for (const wrong of wrongIn(kind, expected, exchanges)) complaints.push(`${path}: ${wrong}`);
    compare(path, new Set(expected), new Set(found.map(({ fault }) => fault.id)));
  }

  function compare(path: string, expected: ReadonlySet<string>, raised: ReadonlySet<string>): void {
    for (const id of new Set([...expected, ...raised])) {
      const score = scores.get(id);
      // A fault that is not judged here was complained of already.
      if (score === undefined) continue;
      if (!raised.has(id)) complaints.push(`${path}: ${id} was missed`);
      if (!expected.has(id)) complaints.push(`${path}: ${id} was falsely raised`);
      score[!raised.has(id) ? 'missed' : expected.has(id) ? 'found' : 'falselyRaised']++;
    }
  }

  /** What makes a recording unfit to judge by. */
  function wrongIn(kind: Kind, expected: readonly string[], exchanges: number): string[] {
    const unknown = expected.filter((id) => !scores.has(id));
    return [
      ...(exchanges === 0 ? ['there is no exchange in it'] : []),
      ...unknown.map((id) => `its header expects ${id}, which is no fault that is judged by recordings`),
      ...(kind === 'healthy' && expected.length > 0 ? ['it is healthy, yet its header expects faults'] : []),
      ...(kind === 'faulty' && expected.length === 0 ? ['its header does not say what to expect'] : []),
    ];
  }

  for (const kind of KINDS) {
    for (const file of recordingsIn(join(folder, kind))) await judge(kind, file);
  }
  return { recordings, manifest: readManifest(folder), scores, complaints };
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
