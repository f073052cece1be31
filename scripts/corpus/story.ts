import type { Vantage } from '../../src/exchange/index.ts';
import type { Installed } from './installed.ts';
import type { Stage } from './stage.ts';

/** Real servers and clients, what happens to them, and what a replay must find: written down before it is captured. */
export interface Story {
  /** The folder below `healthy/` or `faulty/`; for a fault its id. */
  readonly group: string;
  readonly name: string;
  /** What happens and who takes part, in a sentence of at most 256 characters. */
  readonly about: string;
  /** The faults that must be found, and no others. Default: none, and the recording is healthy. */
  readonly expect?: readonly string[];
  /** Why exactly these; for a healthy story, the rule that makes it so. */
  readonly because?: string;
  /** Faults for which a careless judge would take it. */
  readonly lookAlikeOf?: readonly string[];
  /** Where the hook stands. Default: in the server. */
  readonly vantage?: Vantage;
  /** How long it takes, s, when that is long: the longest stories begin first. */
  readonly seconds?: number;
  /** What must be installed first. */
  readonly needs?: readonly Installed[];
  play(stage: Stage): Promise<void>;
}

/** Where the recording of a story is kept, below the folder of the corpus. */
export function pathOf({ group, name, expect = [] }: Story): string {
  return `${expect.length === 0 ? 'healthy' : 'faulty'}/${group}/${name}.jsonl`;
}
