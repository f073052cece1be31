import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { readSettings, type Settings } from '../../../src/exporter/settings/index.ts';
import { environmentOf, readDockerfile, type Stage } from './dockerfile.ts';

/** The root of the project. */
export const ROOT = join(import.meta.dirname, '../../..');

/** The last stage of the Dockerfile. */
export const image = readDockerfile(join(ROOT, 'Dockerfile')).at(-1) as Stage;

/** The ports of the image: for clients, and for those who watch. */
export function portsOfImage(): { readonly mcp: number; readonly metrics: number } {
  const environment = environmentOf(image);
  const listen = environment['MCP_SESSION_EXPORTER_PROXY_LISTEN'] ?? '';
  return { mcp: Number(listen.split(':').at(-1)), metrics: Number(environment['MCP_SESSION_EXPORTER_PORT']) };
}

/** The documents of a YAML file. Throws for what a strict reader does not take, such as a key that stands twice. */
export function documentsOf(path: string): unknown[] {
  const documents = parseAllDocuments(readFileSync(join(ROOT, path), 'utf8'), { uniqueKeys: true });
  return documents.map((document) => {
    const [problem] = [...document.errors, ...document.warnings];
    if (problem !== undefined) throw problem;
    return document.toJS() as unknown;
  });
}

/** Settings as the program reads them from a file with this text. Throws what is wrong with them. */
export function settingsIn(text: string): Settings {
  const folder = mkdtempSync(join(tmpdir(), 'settings-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'config.yaml');
  writeFileSync(file, text);
  const { settings, problems = [] } = readSettings({ file });
  if (settings === undefined) throw new Error(problems.join('\n'));
  return settings;
}
