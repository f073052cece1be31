import { Agent, request as ask, type RequestListener } from 'node:http';

/** The least a reverse proxy on node:http can do: what ours is measured against. It watches nothing. */
export function servePipe(upstream: URL): RequestListener {
  const agent = new Agent({ keepAlive: true });
  return (request, response) => {
    const { method, url, headers } = request;
    const { hostname, port } = upstream;
    const onwards = ask({ agent, hostname, port, method, path: url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      response.flushHeaders();
      answer.pipe(response);
      answer.on('error', () => response.destroy());
    });
    onwards.on('error', () => (response.headersSent ? response.destroy() : response.writeHead(502).end()));
    response.on('close', () => onwards.destroy());
    request.pipe(onwards);
  };
}
