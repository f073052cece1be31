import type { RequestListener } from 'node:http';
import { brief, CALL, outcome, type Scenario, type Scenarios } from './untouched.ts';

const MEBIBYTE = 'm'.repeat(1024 * 1024);
const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };

const replies =
  (status: number, headers: Record<string, string>, body = ''): (() => RequestListener) =>
  () =>
  (_request, response) =>
    void response.writeHead(status, headers).end(body);

/** Reads an answer in one way. */
function reads(read: (response: Response) => unknown, body = '{"ä":[1,2]}'): Scenario {
  return {
    server: replies(200, JSON_TYPE, body),
    async program(send, url, note) {
      const response = await send(url, CALL);
      note(`used ${response.bodyUsed}`);
      note(await outcome(() => read(response)));
      note(`used ${response.bodyUsed}, locked ${response.body?.locked}`);
      note(await outcome(() => response.text()));
    },
  };
}

/** Everything a program can see of an answer without reading it. */
function faceOf(response: Response): string {
  const { status, statusText, ok, type, redirected, url, bodyUsed, headers, body } = response;
  const kind = Object.prototype.toString.call(response);
  const seen = { status, statusText, ok, type, redirected, url, bodyUsed, kind, body: body === null };
  const given = [...headers].filter(([name]) => name !== 'date');
  return JSON.stringify({ ...seen, given, keys: Object.keys(response), is: response instanceof Response });
}

/** An answer, and how a program reads it. */
export const answered: Scenarios = {
  'its face': {
    server: replies(200, { ...JSON_TYPE, 'mcp-session-id': 'one', 'set-cookie': 'a=b' }, '{}'),
    async program(send, url, note) {
      const response = await send(url, CALL);
      note(faceOf(response));
      note(String(response.headers === response.headers && response.body === response.body));
      note(await outcome(() => response.headers.set('a', 'b')));
      note(await outcome(() => response.headers.getSetCookie()));
      const clone = response.clone();
      note(faceOf(clone));
      note(await outcome(() => clone.headers.set('a', 'b')));
      note(faceOf(clone.clone()));
      note(await outcome(() => clone.json()));
      note(await outcome(() => response.json()));
      note(await outcome(() => response.clone()));
    },
  },
  'an error with words': {
    server: replies(404, JSON_TYPE, '{"error":{"message":"Session not found"}}'),
    async program(send, url, note) {
      const response = await send(url, CALL);
      note(faceOf(response));
      note(await response.text());
    },
  },
  'no body at all': {
    server: replies(204, { 'mcp-session-id': 'one' }),
    async program(send, url, note) {
      const response = await send(url, CALL);
      note(faceOf(response));
      note(await outcome(() => response.text()));
      note(`used ${response.bodyUsed}`);
    },
  },
  'an empty body': reads((response) => response.text(), ''),
  'a notification, as the SDK takes it': {
    server: replies(202, {}),
    async program(send, url, note) {
      const response = await send(url, CALL);
      note(await outcome(() => response.body?.cancel()));
      note(`${response.status} used ${response.bodyUsed}`);
    },
  },
  'a body nobody reads': {
    server: replies(200, JSON_TYPE, '{}'),
    async program(send, url, note) {
      note(faceOf(await send(url, CALL)));
    },
  },
  'a redirect that is followed': {
    server: () => (request, response) => {
      if (request.url === '/mcp?to') response.writeHead(200, JSON_TYPE).end('{}');
      else response.writeHead(307, { location: '/mcp?to' }).end();
    },
    async program(send, url, note) {
      const response = await send(url, CALL);
      note(faceOf(response));
      note(faceOf(response.clone()));
      await response.text();
    },
  },
  'a redirect that is not': {
    server: replies(307, { location: '/elsewhere' }, 'moved'),
    async program(send, url, note) {
      const response = await send(url, { ...CALL, redirect: 'manual' });
      note(faceOf(response));
      note(await response.text());
    },
  },
  'read as text': reads((response) => response.text()),
  'read as JSON': reads((response) => response.json()),
  'read as JSON that is none': reads((response) => response.json(), '{"half'),
  'read as bytes': reads(async (response) => new Uint8Array(await response.arrayBuffer())),
  'read as a blob': reads(async (response) => {
    const { size, type } = await response.blob();
    return { size, type };
  }),
  'read as a form that it is not': reads((response) => response.formData()),
  'read while its stream is locked': reads((response) => {
    response.body?.getReader();
    return response.text();
  }),
  'read into a buffer of the program': reads(async (response) => {
    const reader = response.body?.getReader({ mode: 'byob' });
    const parts: string[] = [];
    for (;;) {
      const part = await reader?.read(new Uint8Array(4));
      if (part === undefined || part.done) return [...parts, part?.value?.length];
      parts.push(Buffer.from(part.value).toString('latin1'));
    }
  }),
  'read in a loop': reads(async (response) => {
    let text = '';
    for await (const chunk of response.body ?? []) text += Buffer.from(chunk).toString();
    return text;
  }),
  'read through another stream': reads(async (response) => {
    const texts: string[] = [];
    for await (const text of response.body?.pipeThrough(new TextDecoderStream()) ?? []) texts.push(text);
    return texts;
  }),
  'read twice, by a tee': reads(async (response) => {
    const [one, two] = response.body?.tee() ?? [];
    return [await new Response(one).text(), await new Response(two).text()];
  }),
  'read after a reader let go of it': reads(async (response) => {
    response.body?.getReader().releaseLock();
    return response.text();
  }),
  '1 MiB both ways': {
    server: () => (request, response) => {
      const chunks: Buffer[] = [];
      request.setEncoding('latin1').on('data', (chunk) => chunks.push(Buffer.from(String(chunk), 'latin1')));
      request.on('end', () => response.end(Buffer.concat(chunks)));
    },
    async program(send, url, note) {
      const response = await send(url, { ...CALL, body: MEBIBYTE });
      note(brief(await response.text()));
    },
  },
};

const echo: Scenario['server'] = () => (request, response) =>
  void request.on('end', () => response.end('{}'));
const sends = (send: (fetch_: typeof fetch, url: string) => Promise<Response>): Scenario => ({
  server: echo,
  program: async (fetch_, url, note) => note(await outcome(async () => (await send(fetch_, url)).text())),
});

/** A request, and how a program gives it. */
export const asked: Scenarios = {
  'from text': sends((send, url) => send(url, CALL)),
  'to a URL': sends((send, url) => send(new URL(url), CALL)),
  'of a Request': sends((send, url) => send(new Request(url, CALL))),
  'of a Request, with more to it': sends((send, url) => send(new Request(url), CALL)),
  'with bytes for a body': sends((send, url) => send(url, { ...CALL, body: Buffer.from(CALL.body) })),
  'with a stream for a body': sends((send, url) =>
    send(url, { ...CALL, body: new Blob([MEBIBYTE]).stream(), duplex: 'half' } as RequestInit),
  ),
  'with a form for a body': sends((send, url) => send(url, { ...CALL, body: new URLSearchParams('a=b') })),
  'with headers in pairs': sends((send, url) =>
    send(url, { ...CALL, headers: Object.entries(CALL.headers) }),
  ),
  'with headers that can be read once': sends((send, url) =>
    send(url, {
      ...CALL,
      headers: new Map(Object.entries(CALL.headers)).entries(),
    } as unknown as RequestInit),
  ),
  'that fetch refuses': {
    ...sends((send, url) => send(url, { ...CALL, method: 'GET' })),
    endings: ['reset'],
    program: async (send, url, note) => note(await outcome(() => send(url, { ...CALL, method: 'GET' }))),
  },
};
