import type { Said } from './flags.ts';
import { givenAs } from './given.ts';
import { unknown, type Problem } from './problem.ts';
import { outerSettings, PREFIX } from './setting-list.ts';

/** Variables by name, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The variable that names the file. */
export const CONFIG_VARIABLE = `${PREFIX}CONFIG`;

/** Read by the command `probe` alone, and no setting: headers for whatever server it is given. */
const OF_PROBE = `${PREFIX}PROBE_HEADERS`;

const NAMES = [...outerSettings.flatMap(({ variable }) => variable ?? []), CONFIG_VARIABLE, OF_PROBE];

/**
 * What Kubernetes sets in every pod beside a service that is called mcp-session-exporter: `..._SERVICE_HOST`,
 * `..._PORT_9464_TCP_ADDR`, and a `..._PORT` that is a URL.
 */
const OF_KUBERNETES = /^(SERVICE_(HOST|PORT)(_\w+)?|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)$/;
const URL_OF_KUBERNETES = /^(tcp|udp|sctp):\/\//;

/** Reads the variables of the environment; blank ones are as not set. */
export function readVariables(environment: Environment): Said {
  const read = (name: string): string => {
    const text = environment[name]?.trim() ?? '';
    return URL_OF_KUBERNETES.test(text) && name === `${PREFIX}PORT` ? '' : text;
  };
  const given = outerSettings.flatMap((setting) => {
    const { variable } = setting;
    return variable === undefined ? [] : (givenAs(variable, setting, [read(variable)]) ?? []);
  });
  const file = read(CONFIG_VARIABLE);
  return {
    given,
    problems: problemsOf(environment),
    config: file === '' ? undefined : { as: CONFIG_VARIABLE, file },
  };
}

function problemsOf(environment: Environment): Problem[] {
  const strange = Object.keys(environment).filter(
    (name) =>
      name.startsWith(PREFIX) && !NAMES.includes(name) && !OF_KUBERNETES.test(name.slice(PREFIX.length)),
  );
  return strange.map((name) => ({ line: unknown(name, 'variable', name, NAMES), at: -1 }));
}
