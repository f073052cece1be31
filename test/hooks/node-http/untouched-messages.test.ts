import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { describe } from 'vitest';
import { GET, KEPT_ALIVE, POST, testUntouched } from './untouched.ts';
import { requestText } from './wire.ts';

describe('without and with the hook the wire and the program are the same: messages and connections', () => {
  testUntouched({
    'three requests on one connection': {
      program: () => (request, response) => request.resume().on('end', () => response.end('answer')),
      sends: [KEPT_ALIVE, 15, KEPT_ALIVE, 15, POST],
      exchanges: 3,
    },
    'three pipelined requests, the first answered last': {
      program: () => {
        const waiting: ServerResponse[] = [];
        return (request, response) =>
          request.resume().on('end', () => {
            waiting.push(response);
            if (waiting.length < 3) return;
            for (const each of waiting.toReversed()) each.end(`answer ${waiting.indexOf(each)}`);
          });
      },
      sends: [KEPT_ALIVE + KEPT_ALIVE + POST],
      exchanges: 3,
    },
    'a request that is not of the protocol between two that are': {
      program: () => (request, response) => request.resume().on('end', () => response.end(request.url)),
      sends: [KEPT_ALIVE + requestText('GET', {}, '', '/other') + POST],
      exchanges: 2,
    },
    'Expect: 100-continue, answered by node': {
      program: () => (request, response) => request.resume().on('end', () => response.end('done')),
      sends: [
        requestText('POST', { connection: 'close', expect: '100-continue', 'content-length': '2' }),
        15,
        '{}',
      ],
    },
    'Expect: 100-continue, answered by the program': {
      program: () => {
        const server = createServer();
        return server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
          response.writeContinue();
          request.resume().on('end', () => response.end('done'));
        });
      },
      sends: [
        requestText('POST', { connection: 'close', expect: '100-continue', 'content-length': '2' }),
        15,
        '{}',
      ],
    },
    'Expect: 100-continue, refused': {
      program: () => {
        const server = createServer();
        return server.on('checkContinue', (_request, response: ServerResponse) =>
          response.writeHead(417).end(),
        );
      },
      sends: [requestText('POST', { connection: 'close', expect: '100-continue', 'content-length': '2' })],
    },
    'early hints and processing': {
      program: () => (_request, response) => {
        response.writeEarlyHints({ link: '</a.css>; rel=preload' });
        response.writeProcessing();
        response.end('done');
      },
      sends: [GET],
    },
    'an answer before the body was read': {
      program: () => (_request, response) => response.writeHead(413, { Connection: 'close' }).end('too much'),
      sends: [requestText('POST', { 'content-length': '1000000' }, 'x'.repeat(1000))],
    },
    HEAD: {
      program: () => (_request, response) => response.writeHead(200, { 'Content-Length': '6' }).end('answer'),
      sends: [requestText('HEAD', { connection: 'close' })],
    },
    '204': {
      program: () => (_request, response) => response.writeHead(204).end(),
      sends: [requestText('DELETE', { connection: 'close' })],
    },
    '304 with a body that must not go out': {
      program: () => (_request, response) => response.writeHead(304).end('nothing'),
      sends: [GET],
    },
    trailers: {
      program: () => (_request, response) => {
        response.writeHead(200, { Trailer: 'X-Sum' });
        response.write('body');
        response.addTrailers({ 'X-Sum': '1' });
        response.end();
      },
      sends: [GET],
    },
    'flushHeaders, then silence, then a body': {
      program: () => async (_request, response) => {
        response.flushHeaders();
        await delay(5);
        response.end('body');
      },
      sends: [GET],
    },
    'cork and uncork': {
      program: () => (_request, response) => {
        response.cork();
        response.write('one ');
        response.write('two ');
        response.uncork();
        response.end('three');
      },
      sends: [GET],
    },
    'HTTP/1.0': {
      program: () => (_request, response) => {
        response.write('one ');
        response.end('two');
      },
      sends: ['GET /mcp HTTP/1.0\r\n\r\n'],
    },
  });
});
