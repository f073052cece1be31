import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { readText } from '../../../src/exporter/settings/file.ts';
import {
  effectiveText,
  outerSettings,
  readSettings,
  type Read,
} from '../../../src/exporter/settings/index.ts';
import { judged } from '../../../src/exporter/settings/read-settings.ts';

const ofText = (text: string): Read => judged(readText(text, 'settings.yaml'), []);

/** Text that is nearly YAML: the marks that mean something there, and keys that mean something here. */
const nearlyYaml = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...'&*!|>%@`?:-#,[]{}\'"\n\t '.split(''),
        '\n  ',
        ': ',
        '- ',
        '<<: ',
        '&a ',
        '*a',
        '---\n',
      ),
      fc.constantFrom(
        '__proto__',
        'constructor',
        'toString',
        ...outerSettings.map(({ path }) => path.at(-1) as string),
      ),
      fc.string({ maxLength: 5 }),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''));

const anyKey = fc.oneof(
  fc.constantFrom(
    ...outerSettings.flatMap(({ path }) => path),
    'urls',
    'name',
    'headers',
    'lost-affinity',
    '__proto__',
  ),
  fc.string({ maxLength: 6 }),
);

/** Anything that YAML can say, under keys that are often right. */
const { anything } = fc.letrec((tie) => ({
  anything: fc.oneof(
    { maxDepth: 4 },
    fc.oneof(fc.string(), fc.integer(), fc.double(), fc.boolean(), fc.constant(null)),
    fc.array(tie('anything'), { maxLength: 3 }),
    fc.dictionary(anyKey, tie('anything'), { maxKeys: 6 }),
  ),
}));

describe('a file of garbage', () => {
  const isToldOf = (read: Read): void => {
    if (read.settings !== undefined) return;
    expect(read.problems.length).toBeGreaterThan(0);
    for (const problem of read.problems) expect(problem).toMatch(/^(settings\.yaml:\d+:\d+: .|and \d+ more)/);
    for (const problem of read.problems) expect(problem).not.toMatch(/undefined|\[object|\n/);
  };

  it('is told line by line, and is no exception', () => {
    fc.assert(
      fc.property(nearlyYaml, (text) => isToldOf(ofText(text))),
      { numRuns: 500 },
    );
  });

  it('of well-formed YAML is told line by line too', () => {
    fc.assert(
      fc.property(anything, (value) => isToldOf(ofText(stringify(value)))),
      { numRuns: 500 },
    );
  });

  it('never shows what stands under a secret key', () => {
    const around = [
      (secret: string) => `key: [${secret}]\n`,
      (secret: string) => `kye: ${secret}\n`,
      (secret: string) => `key: ${secret}\nport: x\nkey: ${secret}\n`,
      (secret: string) => `probe: { modules: { a: { headers: { "x y": ${secret} } } } }\n`,
      (secret: string) => `probe: { modules: { a: { headers: ${secret} } } }\n`,
      (secret: string) => `key: "${secret}" ${secret}\n`,
      (secret: string) => `key: ${secret}\n ]: ${secret}\n`,
      (secret: string) => `key: *${secret}\n`,
      (secret: string) => `key: !${secret} a\n`,
      (secret: string) => `proxy: { upstreams: [{ urls: ["http://u:${secret}@h/"] }] }\n`,
    ];
    for (const wrap of around) {
      const { problems = [] } = ofText(wrap('planted-secret'));
      expect(problems, wrap('x')).not.toEqual([]);
      expect(problems.join('\n')).not.toContain('planted');
    }
  });
});

describe('garbage on the command line and in the environment', () => {
  it('is told line by line, and is no exception', () => {
    const word = fc.oneof(fc.constantFrom(...outerSettings.flatMap(({ flag }) => flag ?? [])), fc.string());
    const environment = fc.dictionary(
      fc.constantFrom(...outerSettings.flatMap(({ variable }) => variable ?? [])),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(word), environment, (args, variables) => {
        const { settings, problems } = readSettings({ args, environment: variables });
        if (settings === undefined) expect(problems.length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });
});

/** Settings that are allowed. */
const allowed = fc.record(
  {
    host: fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain()),
    port: fc.integer({ min: 0, max: 65_535 }),
    allowed_hosts: fc.array(fc.domain(), { maxLength: 3 }),
    key: fc.string({ minLength: 1 }),
    target: fc.constantFrom('shop', '12', 'yes', 'null', '0x1f', '1e3', 'shop-eu/1'),
    targets: fc.array(fc.domain(), { maxLength: 5 }),
    vantages: fc.constantFrom(['server'], ['client'], ['client', 'server']),
    paths: fc.array(fc.constantFrom('/mcp', '/a:b', "/it's", '/-', '/~'), { maxLength: 3 }),
    tools: fc.array(fc.constantFrom('search', '1', '#', '- a'.replace(' ', ''), '*a', '&', '"', '@'), {
      maxLength: 8,
    }),
    thresholds: fc.constantFrom(
      {},
      { 'lost-affinity': { count: 4 } },
      { 'lost-affinity': { count: 1.5, quietMs: 0 } },
    ),
    proxy: fc.record(
      {
        listen: fc.constantFrom('127.0.0.1:0', '[::1]:8080', 'localhost:80'),
        upstreams: fc
          .uniqueArray(fc.constantFrom('a', 'b', '1', 'true'), { maxLength: 4 })
          .map((names) =>
            names.map((name) => ({ name, urls: [`http://${name}.example/mcp`], path: `/${name}` })),
          ),
        drain_seconds: fc.double({ min: 0, max: 3600, noNaN: true }),
      },
      { requiredKeys: [] },
    ),
    probe: fc.record(
      {
        allowed_targets: fc.array(fc.webUrl(), { maxLength: 3 }),
        modules: fc.dictionary(
          fc.constantFrom('default', 'shop', '1', 'null'),
          fc.record({ hold_seconds: fc.integer({ min: 1, max: 600 }) }, { requiredKeys: [] }),
        ),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
);

describe('the settings that check-config prints', () => {
  it('are a file that says the same, but for secrets', () => {
    fc.assert(
      fc.property(allowed, (value) => {
        const { settings, problems } = ofText(stringify(value));
        if (settings === undefined) return fc.pre(problems.length === 0);
        const { key, ...open } = settings;
        if (key !== undefined) expect(effectiveText(settings)).toContain('key: <hidden>\n');
        expect(ofText(effectiveText(open as typeof settings))).toEqual({ settings: open });
      }),
      { numRuns: 300 },
    );
  });

  it('cannot be taken for settings where a secret stands in them', () => {
    const { settings } = ofText(
      'key: planted\nprobe: { modules: { a: { headers: { Authorization: planted } } } }\n',
    );
    const text = effectiveText(settings as NonNullable<typeof settings>);
    expect(text).not.toContain('planted');
    expect(ofText(text).problems?.map((line) => line.replace(/^\S+ (\S+): .*/, '$1'))).toEqual([
      'key',
      'probe.modules.a.headers.Authorization',
    ]);
  });
});
