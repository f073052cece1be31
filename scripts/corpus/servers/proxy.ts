import { request as ask, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';

/** A reverse proxy, and what is peculiar about it. */
export interface ProxyOptions {
  /** Where a request goes; undefined when there is no route for it. */
  readonly route: (request: IncomingMessage) => URL | undefined;
  /** Cuts an answer on which nothing was sent for so long, ms. */
  readonly idleMs?: number;
  /** Told of each id that is given, and by whom. */
  readonly given?: (id: string, url: URL) => void;
  /** Does not tell the server when a client goes away. */
  readonly keepsStreams?: boolean;
}

/** A reverse proxy on node:http. What has no route is answered as routers do: 404, and a page. */
export function serveProxy(options: ProxyOptions): RequestListener {
  return (request, response) => {
    const url = options.route(request);
    if (url === undefined) return answerPage(response);
    const { method, headers } = request;
    const onwards = ask(url, { method, headers: { ...headers, host: url.host } }, (answer) => {
      const id = answer.headers['mcp-session-id'];
      if (typeof id === 'string') options.given?.(id, url);
      response.writeHead(answer.statusCode ?? 502, answer.headers).flushHeaders();
      const idle =
        options.idleMs === undefined ? undefined : setTimeout(() => response.destroy(), options.idleMs);
      answer.on('data', (chunk: Buffer) => {
        idle?.refresh();
        response.write(chunk);
      });
      answer.on('end', () => response.end());
      answer.on('error', () => response.destroy());
      response.on('close', () => {
        clearTimeout(idle);
        if (options.keepsStreams !== true) onwards.destroy();
      });
    });
    onwards.on('error', () => (response.headersSent ? response.destroy() : response.writeHead(502).end()));
    request.pipe(onwards);
  };
}

function answerPage(response: ServerResponse): void {
  response.writeHead(404, { 'content-type': 'text/html' });
  response.end('<!doctype html><html><body><h1>404 page not found</h1></body></html>');
}
