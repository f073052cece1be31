import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** A file of the page, held in memory. */
export interface Asset {
  readonly path: string;
  readonly contentType: string;
  readonly body: Buffer;
}

const TYPES = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
} as const;

/** Reads every file of the page: nothing else of the disk can be asked for. */
export function readAssets(): readonly Asset[] {
  const folder = join(import.meta.dirname, 'page');
  const installed = createRequire(import.meta.url);
  return [
    assetOf('/', join(folder, 'index.html')),
    ...namesIn(folder).map((name) => assetOf(`/${name}`, join(folder, name))),
    assetOf('/uplot.js', installed.resolve('uplot/dist/uPlot.esm.js')),
    assetOf('/uplot.css', installed.resolve('uplot/dist/uPlot.min.css')),
  ];
}

/** The page itself is at `/` alone. */
function namesIn(folder: string): readonly string[] {
  return readdirSync(folder).filter((name) => /^[a-z-]+\.(css|js|svg)$/.test(name));
}

function assetOf(path: string, file: string): Asset {
  const kind = file.slice(file.lastIndexOf('.') + 1) as keyof typeof TYPES;
  return { path, contentType: TYPES[kind], body: readFileSync(file) };
}
