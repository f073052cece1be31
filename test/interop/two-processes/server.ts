/** A watched server: `server.ts <1|2|2-handler> <port>`. A session it does not know it answers 400, which is wrong. */
import { createServer, type ServerResponse } from 'node:http';
import { SpanKind, trace } from '@opentelemetry/api';
import { watchNodeHttp } from '../../../src/hooks/node-http/index.ts';
import { handlerOfSdk2, httpOfSdk1, httpOfSdk2 } from '../../hooks/transport/support/http-servers.ts';
import { watching } from './watching.ts';

const [, , kind = '', port = ''] = process.argv;
const { observer, watch } = watching('server');
watchNodeHttp(observer);

function refuse(response: ServerResponse): void {
  const error = { code: -32000, message: 'Bad Request: No valid session ID provided' };
  response.writeHead(400, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ jsonrpc: '2.0', error, id: null }));
}

const SERVERS = { 1: httpOfSdk1, 2: httpOfSdk2, '2-handler': handlerOfSdk2 };
const handle = SERVERS[kind as keyof typeof SERVERS]({ server: watch, refuse });
const tracer = trace.getTracer('http');

/** With the span that instrumentation of HTTP makes. */
const server = createServer((request, response) =>
  tracer.startActiveSpan(request.method ?? '', { kind: SpanKind.SERVER }, (span) => {
    response.once('close', () => span.end());
    handle(request, response);
  }),
);
server.listen(Number(port), '127.0.0.1', () => process.send?.('listening'));
process.on('message', () => observer.refresh());
