import { once } from 'node:events';
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { describe, expect, test } from 'vitest';
import { watchNodeHttp } from '../../../src/hooks/node-http/index.ts';
import { record } from './recording.ts';
import { ends, GET, MEBIBYTE, POST, testUntouched } from './untouched.ts';
import { listen, open, read, requestText } from './wire.ts';

describe('without and with the hook the wire and the program are the same: bodies, big and in pieces', () => {
  testUntouched({
    '1 MiB both ways': {
      program: (note) => async (request, response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk as Buffer);
        const body = Buffer.concat(chunks);
        note(`received ${body.length} ${body.toString() === MEBIBYTE}`);
        response.writeHead(200, { 'Content-Type': 'text/plain' });
        response.end(body);
      },
      sends: [requestText('POST', { connection: 'close' }, MEBIBYTE)],
      big: true,
    },
    '1 MiB piped through': {
      program: (note) => async (request, response) => {
        response.writeHead(200, { 'Content-Length': MEBIBYTE.length });
        await pipeline(request, response);
        note('piped');
      },
      sends: [requestText('POST', { connection: 'close' }, MEBIBYTE)],
      big: true,
    },
    '1 MiB as text, in one end': ends((response) => response.end(MEBIBYTE)),
    backpressure: {
      program: (note) => async (_request, response) => {
        note(`first ${response.write(MEBIBYTE)}`);
        await once(response, 'drain');
        note(`length ${response.writableLength}, cork ${response.writableCorked}`);
        response.end();
      },
      sends: [GET],
    },
    'a body from a Readable': {
      program: () => (_request, response) => void Readable.from(['one ', 'two ', 'three']).pipe(response),
      sends: [GET],
    },
    'a body that is read in text': {
      program: (note) => (request, response) => {
        request.setEncoding('utf8');
        request.on('data', (text) => note(`${typeof text} ${text}`));
        request.on('end', () => response.end());
      },
      sends: [POST],
    },
    'a chunked request with trailers': {
      program: (note) => (request, response) => {
        request.resume().on('end', () => {
          note(JSON.stringify(request.trailers));
          response.end();
        });
      },
      sends: [
        requestText(
          'POST',
          { connection: 'close', 'transfer-encoding': 'chunked', trailer: 'x-sum' },
          '2\r\n{}\r\n',
        ),
        5,
        '0\r\nx-sum: 1\r\n\r\n',
      ],
    },
  });
});

test('a body that nobody reads waits in the client, with the hook too', async () => {
  const recording = record();
  const stop = watchNodeHttp(recording);
  let kept = 0;
  const port = await listen(
    createServer((request, response) => {
      setTimeout(() => {
        kept = request.readableLength;
        response.end('done');
      }, 50);
    }),
  );
  const socket = await open(port);
  socket.write(requestText('POST', {}, MEBIBYTE.repeat(8)));
  await read(socket, (text) => text.endsWith('done'));
  socket.destroy();
  stop();
  expect(kept).toBeGreaterThan(0);
  expect(kept).toBeLessThan(MEBIBYTE.length);
  expect(recording.failures).toEqual([]);
});
