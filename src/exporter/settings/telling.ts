import type { Setting } from './setting-list.ts';

/** What a setting must be, as documentation tells it. */
export function allowedText({ about }: Setting): string {
  return about.allowedInText ?? about.allowed;
}

/** The default, as documentation tells it. */
export function defaultText({ fallback, about }: Setting): string {
  if (about.otherwise !== undefined) return about.otherwise;
  if (Array.isArray(fallback)) return fallback.length === 0 ? 'none' : fallback.join(',');
  return typeof fallback === 'string' || typeof fallback === 'number' ? String(fallback) : 'none';
}
