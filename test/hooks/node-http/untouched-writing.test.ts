import { createGzip } from 'node:zlib';
import { describe } from 'vitest';
import { ends, GET, testUntouched, type Loose } from './untouched.ts';

describe('without and with the hook the wire and the program are the same: every way to write an answer', () => {
  testUntouched({
    'a wrapper that compresses': {
      program: (note) => (_request, response) => {
        const zip = createGzip();
        const write = response.write.bind(response) as (...args: unknown[]) => boolean;
        const end = response.end.bind(response) as Loose;
        zip.on('data', (chunk: Buffer) => void write(chunk, 'utf8'));
        zip.on('end', () => void end(undefined, 'utf8'));
        response.write = ((...args: [string]) => zip.write(...args)) as never;
        response.end = ((...args: [string]) => zip.end(...args)) as never;
        response.setHeader('Content-Encoding', 'gzip');
        note(`write ${response.write(`data: ${'x'.repeat(5000)}\n\n`)}`);
        response.end('data: last\n\n');
      },
      sends: [GET],
    },
    'a wrapper of writeHead that adds a header': {
      program: () => (_request, response) => {
        const writeHead = response.writeHead.bind(response) as Loose;
        response.writeHead = (...args: unknown[]) => {
          response.setHeader('X-Added', 'yes');
          return writeHead(...args);
        };
        response.end('body');
      },
      sends: [GET],
    },
    'end with a callback alone': ends((response, note) => response.end(() => note('called back'))),
    'end with a body and a callback': ends((response, note) =>
      response.end('body', () => note('called back')),
    ),
    'end with base64': ends((response) => response.end('aGVsbG8=', 'base64')),
    'end with UTF-16': ends((response) => response.end('héllo', 'utf16le')),
    'end with Latin-1 and a callback': ends((response, note) =>
      response.end('héllo', 'latin1', () => note('called back')),
    ),
    'end with text of several bytes a character': ends((response) => response.end('日本語 ✓')),
    'end with bytes': ends((response) => response.end(new Uint8Array([104, 105]))),
    'end with nothing and null': ends((response) => response.end(null as never)),
    'writes of every kind': ends((response, note) => {
      note(`${response.write('68656c6c6f', 'hex')}`);
      note(`${response.write(Buffer.from(' two'), () => note('written'))}`);
      note(`${response.write('drei', 'ascii', () => note('written too'))}`);
      note(`${response.write(new Uint8Array([33]))}`);
      return response.end();
    }),
    'writeHead(status)': ends((response) => response.writeHead(201).end()),
    'writeHead(status, reason)': ends((response) => response.writeHead(201, 'Made').end()),
    'writeHead(status, object)': ends((response) =>
      response.writeHead(201, { 'X-A': 1, 'X-B': ['b', 'c'] }).end(),
    ),
    'writeHead(status, reason, object)': ends((response) =>
      response.writeHead(201, 'Made', { 'X-A': '1' }).end(),
    ),
    'writeHead(status, undefined, object)': ends((response) =>
      response.writeHead(201, undefined, { 'X-A': '1' }).end(),
    ),
    'writeHead(status, object, undefined)': ends((response) =>
      (response.writeHead as Loose).call(response, 201, { 'X-A': '1' }, undefined).end(),
    ),
    'writeHead(status, flat list)': ends((response) =>
      response.writeHead(201, ['X-A', '1', 'X-A', '2']).end(),
    ),
    'writeHead(status, reason, flat list)': ends((response) =>
      response.writeHead(201, 'Made', ['X-A', '1']).end(),
    ),
    'writeHead(status, flat list) over headers set before': ends((response) => {
      response.setHeader('X-A', 'old');
      response.setHeader('X-B', 'kept');
      return response.writeHead(201, ['x-a', 'new', 'Set-Cookie', 'a=1', 'Set-Cookie', 'b=2']).end();
    }),
    'statusCode and statusMessage': ends((response) => {
      response.statusCode = 418;
      response.statusMessage = 'Short';
      return response.end();
    }),
  });
});
