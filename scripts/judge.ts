/**
 * Judges every recording of the corpus, and counts for each fault how often it was found, missed and falsely raised.
 * Exit code: 0 all as expected, 1 not so, 2 nothing could be judged. See docs/corpus.md.
 */
import { join } from 'node:path';
import { judgeCorpus, KINDS, type Judged } from './corpus/judge-corpus.ts';
import { MAKES } from './corpus/manifest.ts';

const folder = process.argv[2] ?? join(import.meta.dirname, '../test/corpus');
const judged = await judgeCorpus(folder);
const { recordings, scores, complaints } = judged;

if (recordings.length === 0) {
  console.error(`judge: there is no recording below ${folder}/healthy or ${folder}/faulty`);
  process.exit(2);
}
console.table(Object.fromEntries(scores));
for (const complaint of complaints) console.error(complaint);
console.log(madeIn(judged));
console.log(`${kindsIn(judged)} recordings, ${verdictOn(complaints)}`);
process.exitCode = complaints.length === 0 ? 0 : 1;

/** How many were made in which way: "400 captured, 12 stretched". */
function madeIn({ recordings: all, manifest }: Judged): string {
  const makes = all.map(({ path }) => manifest[path]?.made);
  const counts = MAKES.map((make) => `${makes.filter((made) => made === make).length} ${make}`);
  const unsaid = makes.filter((made) => made === undefined).length;
  return [...counts, ...(unsaid === 0 ? [] : [`${unsaid} of which the manifest says nothing`])].join(', ');
}

function kindsIn({ recordings: all }: Judged): string {
  return KINDS.map((kind) => `${all.filter((one) => one.kind === kind).length} ${kind}`).join(' and ');
}

function verdictOn(wrong: readonly string[]): string {
  return wrong.length === 0 ? 'no miss and no false alarm' : `${wrong.length} not as expected`;
}
