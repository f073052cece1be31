import type { z } from 'zod';
import { isMapping } from './given.ts';
import type { Refused } from './issues.ts';
import { settingsSchema, type Settings } from './schema.ts';

/** So many targets, times vantages, keep the series below what a scrape can bear. */
const MOST_TARGETS = 20;

/** What settings may not be together, each of them being allowed by itself. */
interface Rule {
  /** The settings that it is about. */
  readonly of: readonly string[];
  readonly refuse: (settings: Settings) => readonly Refused[];
}

const RULES: readonly Rule[] = [
  { of: ['targets', 'vantages'], refuse: manyTargets },
  { of: ['key', 'key_file'], refuse: twoKeys },
  { of: ['proxy.tls_cert_file', 'proxy.tls_key_file'], refuse: halfOfTls },
  { of: ['proxy.upstreams'], refuse: sameUpstreams },
  { of: ['proxy.upstreams'], refuse: unlikeAddresses },
];

/** What is refused of settings that are allowed one by one; those in which there are `issues` are left out. */
export function checkTogether(input: unknown, issues: readonly z.core.$ZodIssue[]): Refused[] {
  const wrong = issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path],
  );
  const rest = settingsSchema.safeParse(wrong.reduce(withoutValue, input));
  if (!rest.success) return [];
  const broken = wrong.map((path) => path.join('.'));
  const isSound = (key: string): boolean =>
    broken.every((path) => !`${path}.`.startsWith(`${key}.`) && !`${key}.`.startsWith(`${path}.`));
  return RULES.filter(({ of }) => of.every(isSound)).flatMap(({ refuse }) => refuse(rest.data));
}

/** A mapping without the value at a path; a list on the way goes as a whole. */
function withoutValue(whole: unknown, [step, ...rest]: readonly PropertyKey[]): unknown {
  if (step === undefined || !isMapping(whole)) return undefined;
  const { [String(step)]: value, ...others } = whole;
  const left = rest.length > 0 ? withoutValue(value, rest) : undefined;
  return left === undefined ? others : { ...others, [step]: left };
}

function manyTargets({ targets = [], vantages }: Settings): Refused[] {
  const count = new Set(targets).size;
  // Beside them there are `other`, and the name of the program's own server.
  const halves = new Set(vantages).size;
  const most = MOST_TARGETS / halves - halves;
  const seen = `from ${halves === 1 ? 'one vantage' : 'two vantages'}`;
  return count > most
    ? [{ path: ['targets'], value: String(count), allowed: `at most ${most} hosts ${seen}` }]
    : [];
}

function twoKeys({ key, key_file: file }: Settings): Refused[] {
  if (key === undefined || file === undefined) return [];
  return [{ path: ['key_file'], value: file, allowed: 'left out where `key` is given' }];
}

function halfOfTls({ proxy }: Settings): Refused[] {
  const { tls_cert_file: certificate, tls_key_file: key } = proxy;
  if ((certificate === undefined) === (key === undefined)) return [];
  const missing = certificate === undefined ? 'tls_cert_file' : 'tls_key_file';
  const allowed = 'the path of a file: TLS takes a certificate and its key';
  return [{ path: ['proxy', missing], value: undefined, allowed }];
}

/** Two upstreams of one name, or for one host and path, could not be told apart. */
function sameUpstreams({ proxy: { upstreams } }: Settings): Refused[] {
  const refused: Refused[] = [];
  const names = new Set<string>();
  const places = new Set<string>();
  for (const [i, { name, host = '', path = '' }] of upstreams.entries()) {
    const place = `${host.toLowerCase()} ${path}`;
    const at = ['proxy', 'upstreams', i];
    if (names.has(name))
      refused.push({
        path: [...at, 'name'],
        value: name,
        allowed: 'another name: an upstream above has this one',
      });
    else if (places.has(place))
      refused.push({
        path: [...at, 'path'],
        value: path,
        allowed: 'another path or host: an upstream above is served there',
      });
    names.add(name);
    places.add(place);
  }
  return refused;
}

/** Which address is asked may not change what is asked for. */
function unlikeAddresses({ proxy: { upstreams } }: Settings): Refused[] {
  return upstreams.flatMap(({ urls }, i) => {
    const path = URL.parse(urls[0] as string)?.pathname ?? '/';
    const at = urls.findIndex((url) => URL.parse(url)?.pathname !== path);
    const allowed = `one with the path ${path}, as the first of these addresses`;
    return at < 1 ? [] : [{ path: ['proxy', 'upstreams', i, 'urls', at], value: urls[at], allowed }];
  });
}
