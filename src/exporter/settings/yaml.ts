import { createRequire } from 'node:module';
import type * as Yaml from 'yaml';

/** The library, loaded when it is needed: most programs that are watched have no file, and start without it. */
export function yaml(): typeof Yaml {
  return createRequire(import.meta.url)('yaml') as typeof Yaml;
}
