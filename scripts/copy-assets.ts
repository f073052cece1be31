/** Copies the status page's static files, which the compiler leaves out, next to the compiled page. */
import { cpSync, existsSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';

const root = join(import.meta.dirname, '..');
const source = join(root, 'src/exporter/page');
const target = join(root, 'dist/exporter/page');
const kinds = new Set(['.html', '.css', '.js', '.svg']);

if (existsSync(source)) {
  cpSync(source, target, {
    recursive: true,
    filter: (path) => statSync(path).isDirectory() || kinds.has(extname(path)),
  });
}
