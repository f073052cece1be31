/** Regenerates the generated files and fails when that changed, added or removed any of them. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const generated = [
  'dashboards',
  'alerts',
  'docs/alerts.md',
  'docs/dashboards.md',
  'docs/metrics.md',
  'docs/faults.md',
  'docs/configuration.md',
  'test/golden',
];

const before = snapshot();
const run = spawnSync(process.execPath, [join(root, 'src/ops/generate.ts')], { cwd: root, stdio: 'inherit' });
if (run.error) throw run.error;
if (run.status !== 0) {
  console.error('generate:check: the generator itself failed (npm run generate).');
  process.exit(1);
}
const after = snapshot();

const differences = [...new Set([...before.keys(), ...after.keys()])].toSorted().flatMap((path) => {
  const [old, now] = [before.get(path), after.get(path)];
  if (old === undefined) return [`  added    ${path}`];
  if (now === undefined) return [`  removed  ${path}`];
  return old.equals(now) ? [] : [`  changed  ${path}`];
});

if (differences.length > 0) {
  console.error('generate:check: these files were not what `npm run generate` writes:');
  console.error(differences.join('\n'));
  console.error('They have been regenerated now: review the differences and commit them.');
  process.exit(1);
}
console.log(`generate:check: ${after.size} generated files are up to date.`);

/** Every generated file's content, by its path below the project's root. */
function snapshot(): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  for (const path of generated) {
    if (!existsSync(join(root, path))) continue;
    const members = statSync(join(root, path)).isDirectory()
      ? readdirSync(join(root, path), { recursive: true, encoding: 'utf8' }).map((name) => join(path, name))
      : [path];
    for (const member of members) {
      if (statSync(join(root, member)).isFile()) files.set(member, readFileSync(join(root, member)));
    }
  }
  return files;
}
