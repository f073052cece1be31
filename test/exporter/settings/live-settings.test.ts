import { describe, expect, it } from 'vitest';
import {
  createLiveSettings,
  readSettings,
  type Read,
  type Settings,
} from '../../../src/exporter/settings/index.ts';

const read = (...args: string[]): Read => readSettings({ args });
const settingsOf = (...args: string[]): Settings => read(...args).settings as Settings;

function live(first: Settings) {
  const [said, applied, outcomes]: [string[], Settings[], boolean[]] = [[], [], []];
  let next: Read = { settings: first };
  let failure: Error | undefined;
  const settings = createLiveSettings(first, {
    read: () => next,
    apply(each) {
      const error = failure;
      failure = undefined;
      if (error !== undefined) throw error;
      applied.push(each);
    },
    tell: (line) => void said.push(line),
    wasRead: (succeeded) => void outcomes.push(succeeded),
  });
  return {
    said,
    applied,
    outcomes,
    settings,
    reload: (read_: Read, error?: Error): void => {
      next = read_;
      failure = error;
      settings.reload();
    },
  };
}

describe('settings that are read again', () => {
  it('were read when the program began', () => {
    expect(live(settingsOf()).outcomes).toEqual([true]);
  });

  it('are put in force as far as they may change', () => {
    const { reload, settings, applied, said } = live(settingsOf('--port', '1'));
    reload(read('--port', '2', '--allowed-hosts', 'a.example'));
    expect(settings.current).toEqual(settingsOf('--port', '1', '--allowed-hosts', 'a.example'));
    expect(applied).toEqual([settings.current]);
    expect(said).toEqual([
      'port: has changed, and stays what it was until the next start',
      'settings read again; allowed_hosts changed',
    ]);
  });

  it('are told of once more when they still wait', () => {
    const { reload, said } = live(settingsOf('--port', '1'));
    reload(read('--port', '2'));
    reload(read('--port', '2'));
    expect(said.filter((line) => line.startsWith('port: '))).toHaveLength(2);
  });

  it('are put in force though none has changed: files that they name may have', () => {
    const { reload, applied } = live(settingsOf());
    reload(read());
    expect(applied).toHaveLength(1);
  });

  it('stay as they were when one is not allowed', () => {
    const first = settingsOf('--allowed-hosts', 'a.example');
    const { reload, settings, applied, said, outcomes } = live(first);
    reload(read('--port', 'x', '--allowed-hosts', 'b.example'));
    expect(settings.current).toBe(first);
    expect(applied).toEqual([]);
    expect(said).toEqual([
      '--port: "x" is not allowed; it must be a whole number from 0 to 65535; 0 takes any free port',
      'settings were not read again; all stay as they were',
    ]);
    expect(outcomes).toEqual([true, false]);
  });

  it('are put back when they cannot be put in force', () => {
    const first = settingsOf('--allowed-hosts', 'a.example');
    const { reload, settings, applied, said, outcomes } = live(first);
    reload(read('--allowed-hosts', 'b.example'), new Error('the file is gone'));
    expect(settings.current).toBe(first);
    expect(applied).toEqual([first]);
    expect(said).toEqual(['the file is gone', 'settings were not read again; all stay as they were']);
    reload(read('--allowed-hosts', 'b.example'));
    expect(outcomes).toEqual([true, false, true]);
  });

  it.each([
    ['another address of an upstream', ['a=http://1.1.1.2/mcp'], true],
    ['an upstream that goes', ['a=http://1.1.1.1/mcp'], true],
    ['an upstream of another name', ['a=http://1.1.1.1/mcp', 'c=http://1.1.1.1/mcp'], false],
  ])('change with %s, or wait', (_, upstreams, isChanged) => {
    const flags = (all: readonly string[]): string[] => all.flatMap((each) => ['--upstream', each]);
    const first = settingsOf(...flags(['a=http://1.1.1.1/mcp', 'b=http://1.1.1.1/mcp']));
    const { reload, settings } = live(first);
    const next = settingsOf(...flags(upstreams));
    reload({ settings: next });
    expect(settings.current.proxy.upstreams).toEqual((isChanged ? next : first).proxy.upstreams);
  });
});
