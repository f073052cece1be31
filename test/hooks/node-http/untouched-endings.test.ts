import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import express from 'express';
import { fastify } from 'fastify';
import { describe } from 'vitest';
import { GET, POST, testUntouched } from './untouched.ts';
import { requestText } from './wire.ts';

describe('without and with the hook the wire and the program are the same: ends, breaks and failures', () => {
  testUntouched({
    'a stream the server ends': {
      program: (note) => async (_request, response) => {
        response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' });
        for (let i = 0; i < 3; i++) {
          note(`write ${response.write(`id: ${i}\ndata: {"i":${i}}\n\n`)}`);
          await delay(5);
        }
        response.end();
      },
      sends: [GET],
    },
    'a stream the client aborts': {
      program: (note) => (_request, response) => {
        response.writeHead(200, { 'Content-Type': 'text/event-stream' });
        response.write('data: 1\n\n');
        response.on('close', () => {
          note(`finished ${response.writableFinished}, destroyed ${response.destroyed}`);
          response.write('data: too late\n\n', (error) => note(`late write ${error?.message}`));
        });
      },
      sends: [GET],
      until: 'data: 1',
    },
    'a body the client aborts': {
      program: (note) => (request, response) => {
        request.on('data', (chunk: Buffer) => {
          note(`read ${chunk.length}`);
          response.writeContinue();
        });
      },
      sends: [requestText('POST', { 'content-length': '100' }, 'half of it')],
      until: '100 Continue',
    },
    'a response the server destroys': {
      program: () => (_request, response) => {
        response.writeHead(200, { 'Content-Length': '100' });
        response.write('a part', () => response.destroy());
      },
      sends: [GET],
    },
    'a handler that throws (Express)': {
      program: () => {
        const app = express();
        app.use(() => {
          throw Object.assign(new Error('broken'), { status: 503, stack: 'broken' });
        });
        app.set('env', 'test');
        return createServer(app);
      },
      sends: [POST],
    },
    'a handler that rejects (Fastify)': {
      program: async () => {
        const app = fastify();
        app.post('/mcp', async () => {
          throw new Error('broken');
        });
        await app.ready();
        return app.server;
      },
      sends: [requestText('POST', { connection: 'close', 'content-type': 'application/json' }, '{}')],
    },
    'heads that node refuses': {
      program: (note) => (_request, response) => {
        const attempts = [
          () => response.writeHead(99),
          () => response.writeHead(200, { 'a b': 'c' }),
          () => response.writeHead(200, { a: 'b\r\nc: d' }),
          () => response.writeHead(200, ['odd']),
          () => response.writeHead(200, { good: 'yes' }),
          () => response.writeHead(200),
          () => response.write(7),
          () => response.end('done'),
          () => response.end('again', () => note('callback of the second end')),
        ];
        for (const attempt of attempts) {
          try {
            attempt();
            note('fine');
          } catch (error) {
            note(String((error as NodeJS.ErrnoException).code));
          }
        }
      },
      sends: [GET],
    },
  });
});
