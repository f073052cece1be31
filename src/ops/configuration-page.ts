import { settingList, type Setting } from '../exporter/settings/index.ts';
import { defaultText } from '../exporter/settings/telling.ts';

/** `docs/configuration.md`: every setting there is. */
export function configurationPage(): string {
  return `# Configuration

<!-- Written by \`npm run generate\`. Do not edit. -->

Every setting has one meaning and up to three names: a flag of \`mcp-session-exporter proxy\`, a variable, and a key of a file in YAML. A flag counts more than a variable, a variable more than the file, and the file more than the default; a list or mapping replaces the one that counts less, and is not joined with it. The file is named by \`--config FILE\` or \`MCP_SESSION_EXPORTER_CONFIG\`. A program that is watched by \`--import mcp-session-exporter/register\` reads variables, and the file that they name.

\`\`\`yaml
port: 9464
key_file: ${EXAMPLE_FILE}
thresholds:
  lost-affinity:
    count: 4
proxy:
  listen: 127.0.0.1:8080
  upstreams:
    - name: shop
      urls: [http://10.0.0.1:8000/mcp, http://10.0.0.2:8000/mcp]
    - name: search
      urls: [http://10.0.0.3:8000/mcp]
      path: /search
probe:
  allowed_targets: [https://shop.example/mcp]
\`\`\`

\`mcp-session-exporter check-config FILE\` prints all settings as they would be, or everything that is wrong with them. Paths of files are relative to the folder in which the program is started.

- **What is not known is refused**, in the file, among the flags, and among variables that begin with \`MCP_SESSION_EXPORTER_\`; left out of account are those that Kubernetes sets beside a service called \`mcp-session-exporter\`. A key without a value, and a blank variable, are as if they were not there.
- **Lists** stand in a flag or variable divided by commas; a flag of a list may be given several times.
- **Secrets** have no flag, since others can see command lines, and are shown nowhere. \`key_file\` and \`headers_file\` keep them out of the file as well.
- **On SIGHUP** the proxy reads all of it again. Settings that say so below change at once; sessions, counts and open streams stay. Of those that do not, a change is told on stderr and waits for the next start. When anything is not allowed, all stay as they were, that is told, and \`mcp_session_exporter_config_last_reload_successful\` is 0.

## Settings

${table(settingList.filter(({ path }) => path.length === 1))}

## The session table

${table(below('table'))}

## The proxy

${table(below('proxy'))}

An upstream changes its URLs, path and host on SIGHUP, and may go. One with a new name waits for the next start: its name is a label of all series.

## Probes

For \`/probe\` of the exporter's own listener, for probes that it makes by itself, and for \`mcp-session-exporter probe --config\`.

${table(below('probe'))}

## Beside these

\`MCP_SESSION_EXPORTER_PROBE_HEADERS\` holds headers, one \`Name: value\` a line, for the command \`mcp-session-exporter probe\`. The variables of OpenTelemetry, \`OTEL_*\`, count for the proxy as for a watched program; they have no counterpart here.
`;
}

const EXAMPLE_FILE = '/run/secrets/mcp-session-exporter-key';

function below(section: string): Setting[] {
  return settingList.filter(({ path }) => path.length > 1 && path[0] === section);
}

function table(settings: readonly Setting[]): string {
  const rows = settings.map((setting) => {
    const { key, flag, variable, about } = setting;
    const { meaning, allowed, allowedInText: text, ofRegister, reloads } = about;
    const remarks = [
      ...(ofRegister ? ['not of the proxy'] : []),
      ...(reloads === undefined ? [] : ['changes on SIGHUP']),
    ];
    const means = [meaning, ...remarks].join('; ');
    const may = text === undefined || text.startsWith(allowed) ? allowed : `${allowed}; as text: ${text}`;
    const names = [
      `\`${key}\``,
      ...(ofRegister || flag === undefined ? [] : [`\`${flag}\``]),
      ...(variable === undefined ? [] : [`\`${variable}\``]),
    ];
    return `| ${[names.join('<br>'), means, may, code(defaultText(setting))].map(cell).join(' | ')} |`;
  });
  return ['| key, flag, variable | meaning | allowed | default |', '| --- | --- | --- | --- |', ...rows].join(
    '\n',
  );
}

/** Values stand as code, words as words. */
function code(text: string): string {
  return /^[\w.,:]+$/.test(text) && text !== 'none' && text !== 'any' ? `\`${text}\`` : text;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/\[([A-Z]+=|,URL)/g, '\\[$1');
}
