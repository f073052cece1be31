import { describe, expect, it } from 'vitest';
import { outerSettings } from '../../src/exporter/settings/index.ts';
import { run } from './run.ts';

const COMMANDS = ['proxy', 'probe', 'replay', 'check-config', 'rules'];

describe('help', () => {
  it('names every command', async () => {
    const { out } = await run('help');
    for (const word of COMMANDS) expect(out).toContain(`\n  ${word} `);
    expect(await run('--help')).toEqual({ code: 0, out, errors: '' });
  });

  it.each(COMMANDS)('of %s is what its --help prints', async (word) => {
    const helped = await run('help', word);
    expect(helped).toMatchObject({ code: 0, errors: '' });
    expect(helped.out).toMatch(new RegExp(`^Usage: mcp-session-exporter ${word} `));
    expect(await run(word, '--help')).toEqual(helped);
  });

  it('of the proxy names every flag that it takes, with its default, and none for a secret', async () => {
    const { out } = await run('help', 'proxy');
    for (const { flag, about } of outerSettings) {
      if (flag === undefined) continue;
      expect(out.includes(`\n  ${flag}\n`), flag).toBe(about.ofRegister === undefined);
    }
    expect(out).not.toMatch(/^ {2}--key$/m);
    expect(out).toMatch(/^ {2}--drain-seconds\n(?: {6}.*\n)*? {6}.*\(default:\s+10\)$/m);
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(120);
  });

  it.each([
    ['pobe', 'did you mean probe?'],
    ['proxi', 'did you mean proxy?'],
    ['checkconfig', 'did you mean check-config?'],
    ['serve-everything', 'the commands are proxy, probe, replay, check-config, rules'],
  ])('does not know %s, and says so', async (word, instead) => {
    const errors = `mcp-session-exporter: there is no command "${word}"; ${instead}\n`;
    expect(await run(word)).toEqual({ code: 2, out: '', errors });
    expect(await run('help', word)).toEqual({ code: 2, out: '', errors });
  });

  it('cuts what it repeats', async () => {
    expect((await run('x'.repeat(1000))).errors).toContain(`"${'x'.repeat(100)}"`);
  });
});

describe('mcp-session-exporter proxy', () => {
  it('tells everything that is wrong with its flags, and does not start', async () => {
    const { code, out, errors } = await run('proxy', '--prot', '1', '--listen', 'here');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(errors).toBe(
      'mcp-session-exporter proxy: --prot: there is no such flag; did you mean --port?\n' +
        'mcp-session-exporter proxy: --listen: "here" is not allowed; it must be HOST:PORT, as in 127.0.0.1:8080 or [::1]:8080; port 0 takes any free one\n',
    );
  });

  it('needs somebody to stand in front of', async () => {
    const { code, errors } = await run('proxy', '--port', '0');
    expect(code).toBe(2);
    expect(errors).toContain('--upstream: is missing');
  });
});
