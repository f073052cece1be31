import { readFileSync } from 'node:fs';
import { headersIn } from '../probe/options.ts';

/** The name of a header. */
export const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/;

/** The value of a header. */
export const HEADER_VALUE = /^[\t\x20-\x7e]{1,8192}$/;

/** Whether a file is there, and holds nothing but headers. */
export function hasHeaders(file: string): boolean {
  try {
    const headers = Object.entries(headersIn(readFileSync(file, 'utf8')));
    return headers.every(([name, value]) => HEADER_NAME.test(name) && HEADER_VALUE.test(value));
  } catch {
    return false;
  }
}
