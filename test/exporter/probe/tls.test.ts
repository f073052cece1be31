import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, type TestContext } from 'vitest';
import { probe, type ProbeReport } from '../../../src/exporter/probe/index.ts';
import * as proxy from '../proxy/certificate.ts';
import { AUTHORITY, EXPIRED, KEY, OF_ANOTHER_HOST, SIGNED } from './support/certificates.ts';
import { emulated, type Emulated } from './support/emulated-server.ts';

const CLI = join(import.meta.dirname, '../../../src/cli.ts');
const QUICK = { holdMs: 50, timeoutMs: 2000 };

/** Serves by TLS; answers the address of the endpoint. */
async function serving(
  { onTestFinished }: TestContext,
  { listener }: Emulated,
  cert: string,
  key = KEY,
): Promise<string> {
  const server = createServer({ cert, key }, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
}

function fileOf(text: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'probe-tls-')), 'ca.pem');
  writeFileSync(file, text);
  return file;
}

interface Ran {
  readonly code: number | string | null | undefined;
  readonly out: string;
}

/** Runs the command as a process of its own: Node reads its variables when it starts. */
function run(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Ran> {
  const env = { ...process.env, ...environment };
  const all = [CLI, 'probe', '--hold', '50ms', ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, all, { env }, (error, out) => resolve({ code: error?.code ?? 0, out }));
  });
}

describe('the probe, by TLS', () => {
  it('trusts who signed with a certificate that it was given, on every connection', async (context) => {
    const server = emulated();
    const report = await probe(await serving(context, server, SIGNED), { ...QUICK, ca: AUTHORITY });
    expect(report).toMatchObject({ outcome: 'passed', serverKind: 'stateful' });
    expect(report.checks.find(({ id }) => id === 'affinity')?.verdict).toBe('passed');
    expect(server.live.size).toBe(0);
  });

  it.for<[what: string, cert: string, key: string, ca: string | undefined, reason: string]>([
    [
      'somebody whom it does not know has signed',
      SIGNED,
      KEY,
      undefined,
      'The certificate of the server is signed by somebody who is not trusted (UNABLE_TO_VERIFY_LEAF_SIGNATURE). To trust it, name the certificates of who signed it.',
    ],
    [
      'it is signed by itself',
      proxy.CERT,
      proxy.KEY,
      AUTHORITY,
      'The certificate of the server is signed by itself (DEPTH_ZERO_SELF_SIGNED_CERT). To trust it, name the certificates of who signed it.',
    ],
    [
      'it has expired',
      EXPIRED,
      KEY,
      AUTHORITY,
      'The certificate of the server has expired (CERT_HAS_EXPIRED).',
    ],
    [
      'it is for another host',
      OF_ANOTHER_HOST,
      KEY,
      AUTHORITY,
      'The certificate of the server is for another host (ERR_TLS_CERT_ALTNAME_INVALID).',
    ],
  ])('does not take a certificate when %s, and says so', async ([, cert, key, ca, reason], context) => {
    const server = emulated();
    const options = ca === undefined ? QUICK : { ...QUICK, ca };
    const report: ProbeReport = await probe(await serving(context, server, cert, key), options);
    expect({ outcome: report.outcome, reason: report.reason }).toEqual({ outcome: 'unprobed', reason });
    expect(server.requests).toHaveLength(0);
  });

  it('takes one that is signed by itself when it was given that very one', async (context) => {
    const url = await serving(context, emulated(), proxy.CERT, proxy.KEY);
    expect((await probe(url, { ...QUICK, ca: proxy.CERT })).outcome).toBe('passed');
  });
});

describe('the command, by TLS', () => {
  it('trusts by --ca-file, by NODE_EXTRA_CA_CERTS and by the module of a file', async (context) => {
    const url = await serving(context, emulated(), SIGNED);
    const ca = fileOf(AUTHORITY);
    const settings = fileOf(`probe: { modules: { private: { ca_file: ${ca} } } }\n`);
    const [byFlag, byNode, byModule] = await Promise.all([
      run(['--ca-file', ca, url]),
      run([url], { NODE_EXTRA_CA_CERTS: ca }),
      run(['--config', settings, '--module', 'private', url]),
    ]);
    expect([byFlag.code, byNode.code, byModule.code]).toEqual([0, 0, 0]);
  });

  it('goes on to trust NODE_EXTRA_CA_CERTS beside --ca-file', async (context) => {
    const url = await serving(context, emulated(), SIGNED);
    const environment = { NODE_EXTRA_CA_CERTS: fileOf(AUTHORITY) };
    expect((await run(['--ca-file', fileOf(proxy.CERT), url], environment)).code).toBe(0);
  });

  it('exits with 2 for a certificate that has expired, and for one that is signed by itself', async (context) => {
    const ca = fileOf(AUTHORITY);
    const expired = await run(['--ca-file', ca, await serving(context, emulated(), EXPIRED)]);
    expect(expired.code).toBe(2);
    expect(expired.out).toContain('could not be probed\nThe certificate of the server has expired');
    const own = await run([await serving(context, emulated(), proxy.CERT, proxy.KEY)]);
    expect(own.code).toBe(2);
    expect(own.out).toContain('could not be probed\nThe certificate of the server is signed by itself');
  });
});
