/**
 * A server over stdio: `stdio-server.ts <1|2> [file]`. With a file it is watched, with spans, and appends each operation
 * to it, and to each the parent of its span.
 */
import { appendFileSync } from 'node:fs';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { watchTransport } from '../../../../src/hooks/transport/index.ts';
import { unwatched, type Watch } from './watch.ts';
import { recordOperations } from './recording.ts';
import { serverOfSdk1 } from './server-of-sdk-1.ts';
import { serverOfSdk2 } from './server-of-sdk-2.ts';

const [, , major, file] = process.argv;

function watchInto(path: string): Watch {
  const recording = recordOperations({ spans: true });
  const operation: typeof recording.operation = (told) => {
    const span = recording.tracing?.spans.find(({ id }) => told.span?.traceparent.includes(id));
    appendFileSync(path, `${JSON.stringify({ ...told, parent: span?.parent, id: span?.id })}\n`);
  };
  return watchTransport({ ...recording, operation });
}

const watch = file === undefined ? unwatched : watchInto(file);
if (major === '1') await serverOfSdk1().connect(watch(new StdioServerTransport()));
else serveStdio(() => watch(serverOfSdk2()));
