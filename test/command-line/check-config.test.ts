import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { run } from './run.ts';
import { emptyFolder } from '../recording/support/folder.ts';

function fileOf(text: string): string {
  const file = join(emptyFolder(), 'settings.yaml');
  writeFileSync(file, text);
  return file;
}

describe('mcp-session-exporter check-config', () => {
  it('says ok, and tells every setting as it would be, secrets hidden', async () => {
    const file = fileOf(
      'port: 1234\nkey: planted\nprobe: { modules: { shop: { headers: { Authorization: planted } } } }\n',
    );
    const { code, out, errors } = await run('check-config', file);
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(out).toMatch(/^# ok\n/);
    expect(out).not.toContain('planted');
    expect(parse(out)).toMatchObject({
      host: '127.0.0.1',
      port: 1234,
      key: '<hidden>',
      vantages: ['server', 'client'],
      proxy: { listen: '127.0.0.1:8080', upstreams: [], affinity: 'session' },
      probe: { allowed_targets: [], modules: { shop: { headers: { Authorization: '<hidden>' } } } },
    });
  });

  it('prints a file that it finds right', async () => {
    const { out } = await run(
      'check-config',
      fileOf('target: "12"\ntable: { thresholds: { ghostMs: 3 } }\n'),
    );
    expect(await run('check-config', fileOf(out))).toEqual({ code: 0, out, errors: '' });
  });

  it('tells everything that is wrong, each in a line, and exits with 1', async () => {
    const file = fileOf('prot: 1\nproxy: { affinity: sticky }\n');
    const { code, out, errors } = await run('check-config', file);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(errors).toBe(
      `${file}:1:1: prot: there is no such key; did you mean port?\n` +
        `${file}:2:20: proxy.affinity: "sticky" is not allowed; it must be "session" or "none"\n`,
    );
  });

  it.each([
    ['examples/docker/exporter.yaml', (text: string) => text],
    // A file inside a ConfigMap.
    [
      'examples/kubernetes/sidecar.yaml',
      (text: string) => parseAllDocuments(text)[0]?.getIn(['data', 'config.yaml']),
    ],
  ])('finds %s right', async (path, settingsIn) => {
    const text = settingsIn(readFileSync(join(import.meta.dirname, '../..', path), 'utf8'));
    expect(await run('check-config', fileOf(String(text)))).toMatchObject({ code: 0, errors: '' });
    expect(String(text)).toContain('upstreams:');
  });

  it('takes an empty file for one that says nothing', async () => {
    expect((await run('check-config', fileOf('# nothing yet\n'))).code).toBe(0);
  });

  it.each([[[]], [['one.yaml', 'two.yaml']], [['--file', 'one.yaml']]])(
    'exits with 2 for %j',
    async (args) => {
      const { code, out, errors } = await run('check-config', ...args);
      expect({ code, out }).toEqual({ code: 2, out: '' });
      expect(errors).toContain('name one file');
    },
  );
});
