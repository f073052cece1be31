import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The root of the repository. */
export const ROOT = join(import.meta.dirname, '../..');

/** A fenced block of a page. */
export interface Fence {
  readonly language: string;
  readonly text: string;
}

const FENCE = /^```(\w*)\n([\s\S]*?)^```$/gm;
const LINK = /\]\(([^)\s]+)\)|\b(?:src|srcset|href)="([^"]+)"/g;

/** The text of a file, by its path below the root. */
export function readPage(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** The names of the pages in a folder, without `.md`. */
export function pagesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder)).flatMap((name) => (name.endsWith('.md') ? [name.slice(0, -3)] : []));
}

/** The fenced blocks of a page in one of some languages. */
export function fencesOf(page: string, ...languages: readonly string[]): Fence[] {
  const fences = [...page.matchAll(FENCE)].map(([, language = '', text = '']) => ({ language, text }));
  return fences.filter((fence) => languages.includes(fence.language));
}

/** Where the links and images of a page point, code left out. */
export function linksOf(page: string): string[] {
  const prose = page.replace(FENCE, '').replace(/`[^`\n]*`/g, '');
  return [...prose.matchAll(LINK)].map(([, target, attribute]) => target ?? attribute ?? '');
}
