import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createMcpExpressApp } from '@modelcontextprotocol/sdk/server/express.js';
import { installedPackage, type Installed } from '../installed.ts';
import { makeEverythingServer } from '../servers/everything.ts';
import { serveEverything2 } from '../servers/everything-2.ts';
import { answerError, serveSdk1 } from '../servers/sdk-1.ts';
import type { Story } from '../story.ts';

/** What a scenario shows that is not as it should be: the suite is a client too. */
interface Shows {
  readonly scenarios: readonly string[];
  readonly fault: string;
  readonly because: string;
}

const NAMES_ANOTHER_REVISION: Shows = {
  scenarios: ['server-sse-multiple-streams', 'server-sse-polling'],
  fault: 'protocol-version-mismatch',
  because:
    'The suite settles on 2025-11-25, and names 2025-03-26 in the header of the requests it makes by hand.',
};

/** The scenarios of both versions that a sessionful server is tested by. */
const SHARED = `server-initialize logging-set-level ping completion-complete tools-list tools-call-simple-text
  tools-call-image tools-call-audio tools-call-embedded-resource tools-call-mixed-content tools-call-with-logging
  tools-call-error tools-call-with-progress tools-call-sampling tools-call-elicitation json-schema-2020-12
  elicitation-sep1034-defaults server-sse-polling server-sse-multiple-streams elicitation-sep1330-enums resources-list
  resources-read-text resources-read-binary resources-templates-read resources-subscribe resources-unsubscribe
  prompts-list prompts-get-simple prompts-get-with-args prompts-get-embedded-resource prompts-get-with-image
  dns-rebinding-protection`.split(/\s+/);

/** Those of 2026-07-28. */
const SESSIONLESS = `server-stateless completion-complete tools-list tools-call-simple-text tools-call-error
  json-schema-2020-12 server-sse-multiple-streams resources-list resources-read-text resources-templates-read
  sep-2164-resource-not-found prompts-list prompts-get-simple dns-rebinding-protection caching http-header-validation
  http-custom-header-server-validation input-required-result-basic-elicitation input-required-result-basic-sampling
  input-required-result-basic-list-roots input-required-result-missing-input-response
  input-required-result-result-type input-required-result-unsupported-methods input-required-result-capability-check
  input-required-result-ignore-extra-params input-required-result-validate-input`.split(/\s+/);

interface Run {
  readonly version: '0.1.16' | '0.2.0-alpha.12';
  readonly scenario: string;
  readonly revision: '2025-11-25' | '2026-07-28';
  /** What it is run against, in words. */
  readonly title: string;
  readonly serve: () => RequestListener;
  readonly shows?: Shows;
}

const everythingOnExpress = (): RequestListener => {
  const app = createMcpExpressApp();
  app.all(
    '/mcp',
    serveSdk1({ make: makeEverythingServer, framework: 'express', events: true, retryMs: 300 }),
  );
  return app as RequestListener;
};

/** The same guard as that of {@link createMcpExpressApp}: only pages and names of this machine are served. */
function refuseForeigners(request: IncomingMessage, response: ServerResponse): boolean {
  const { host = '', origin } = request.headers;
  const isLocal = (name: string): boolean => name === 'localhost' || name === '127.0.0.1';
  if (isLocal(host.replace(/:\d+$/, '')) && (origin === undefined || isLocal(new URL(origin).hostname)))
    return false;
  answerError(response, 403, -32000, 'Forbidden: the host is not allowed');
  return true;
}

const everythingOnFastify = (): RequestListener =>
  serveSdk1({ make: makeEverythingServer, framework: 'fastify', events: true, before: refuseForeigners });

const RUNS: readonly Run[] = [
  ...SHARED.map((scenario) => ({
    version: '0.1.16' as const,
    scenario,
    revision: '2025-11-25' as const,
    title: 'SDK 1.32.2 on Express',
    serve: everythingOnExpress,
    ...(NAMES_ANOTHER_REVISION.scenarios.includes(scenario) ? { shows: NAMES_ANOTHER_REVISION } : {}),
  })),
  ...[...SHARED, 'server-session-lifecycle'].map((scenario) => ({
    version: '0.2.0-alpha.12' as const,
    scenario,
    revision: '2025-11-25' as const,
    title: 'SDK 1.32.2 on Fastify',
    serve: everythingOnFastify,
  })),
  {
    version: '0.2.0-alpha.12',
    scenario: 'dns-rebinding-protection',
    revision: '2025-11-25',
    title: 'SDK 1.32.2 on Fastify, which lets foreign pages in',
    serve: () => serveSdk1({ make: makeEverythingServer, framework: 'fastify' }),
    shows: {
      scenarios: ['dns-rebinding-protection'],
      fault: 'double-initialize',
      because:
        'The suite initializes twice at once, as a foreign page and as one of this machine, and uses one session.',
    },
  },
  ...SESSIONLESS.map((scenario) => ({
    version: '0.2.0-alpha.12' as const,
    scenario,
    revision: '2026-07-28' as const,
    title: 'SDK 2.4.0',
    serve: serveEverything2,
  })),
];

const suites = {
  '0.1.16': installedPackage('@modelcontextprotocol/conformance', '0.1.16'),
  '0.2.0-alpha.12': installedPackage('@modelcontextprotocol/conformance', '0.2.0-alpha.12'),
} satisfies Record<Run['version'], Installed>;

/** Every server scenario of both conformance suites by itself, against a healthy server. */
export const conformanceStories: readonly Story[] = RUNS.map((run) => {
  const { version, scenario, revision, title, serve, shows } = run;
  const name = revision === '2026-07-28' ? `${scenario}-${revision}` : scenario;
  return {
    group: shows?.fault ?? `conformance-${version}`,
    name: shows === undefined ? name : `conformance-${version}-${name}`,
    expect: shows === undefined ? [] : [shows.fault],
    about: `The scenario ${scenario} of @modelcontextprotocol/conformance ${version} (${revision}) is run against ${title}.`,
    because:
      shows?.because ??
      'The suite tests servers, this one is sound, and what it provokes is answered as it should be.',
    needs: [suites[version]],
    async play(stage) {
      const { url } = await stage.serve(serve);
      const program = join(
        suites[version].folder,
        'node_modules/@modelcontextprotocol/conformance/dist/index.js',
      );
      const which = ['--url', url.href, '--scenario', scenario];
      const of = version === '0.1.16' ? [] : ['--spec-version', revision];
      await ended(process.execPath, [program, 'server', ...which, ...of], suites[version].folder);
    },
  };
});

/** Runs a program to its end. What the suite says of the server's tools is no matter here. */
function ended(program: string, args: readonly string[], cwd: string): Promise<void> {
  return new Promise((resolve) => {
    execFile(program, args, { cwd, timeout: 60_000 }, () => resolve());
  });
}
