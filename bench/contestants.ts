import { once } from 'node:events';
import { get } from 'node:http';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChildProcess } from 'node:child_process';
import { end, forkPinned, spawnPinned } from './processes.ts';
import type { Standing } from './proxy-programs.ts';

/** A way to the server that is measured. */
export interface Contestant {
  readonly name: string;
  readonly url: URL;
  /** Nothing where there is no proxy. */
  readonly pid: number | undefined;
  end(): Promise<void>;
}

/** Starts one of each: no proxy, ours with all watching on, a bare pipe on node:http, nginx, @fastify/http-proxy. */
export async function startContestants(server: URL): Promise<Contestant[]> {
  return [
    { name: 'direct', url: server, pid: undefined, end: () => Promise.resolve() },
    await startProgram('ours', server),
    await startProgram('pipe', server),
    await startNginx(server),
    await startProgram('fastify', server),
  ];
}

async function startProgram(name: string, server: URL): Promise<Contestant> {
  const program = join(import.meta.dirname, 'proxy-programs.ts');
  const [child, { port, metrics }] = await forkPinned<Standing>(program, [name, server.href]);
  const started = contestant(name, server, port, child);
  return metrics === undefined ? started : scraped(started, metrics);
}

const SCRAPE_MS = 15_000;

/** As Prometheus does it: from elsewhere. */
function scraped(started: Contestant, metrics: string): Contestant {
  const scrape = (): void => void get(metrics, (answer) => answer.resume());
  scrape();
  const scraping = setInterval(scrape, SCRAPE_MS);
  return {
    ...started,
    end() {
      clearInterval(scraping);
      return started.end();
    },
  };
}

function contestant(name: string, server: URL, port: number, child: ChildProcess): Contestant {
  const url = new URL(server.pathname, `http://127.0.0.1:${port}`);
  return { name, url, pid: child.pid, end: () => end(child) };
}

async function startNginx(server: URL): Promise<Contestant> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-nginx-'));
  const port = await freePort();
  mkdirSync(join(folder, 'logs'));
  writeFileSync(join(folder, 'nginx.conf'), nginxConfig(server, port));
  const child = spawnPinned('nginx', ['-p', folder, '-c', 'nginx.conf', '-e', 'stderr']);
  const started = contestant('nginx', server, port, child);
  await answers(started.url);
  return {
    ...started,
    async end() {
      await started.end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** As one would set it up for event streams: nothing is held back, and connections are kept. */
function nginxConfig(server: URL, port: number): string {
  return `daemon off;
worker_processes 1;
pid nginx.pid;
error_log stderr error;
events { worker_connections 8192; }
http {
  access_log off;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  upstream server { server ${server.host}; keepalive 64; keepalive_requests 10000000; }
  server {
    listen 127.0.0.1:${port};
    keepalive_requests 10000000;
    location / {
      proxy_pass http://server;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_buffering off;
      proxy_request_buffering off;
      proxy_read_timeout 1h;
    }
  }
}
`;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function answers(url: URL): Promise<void> {
  for (let left = 100; ; left--) {
    try {
      await (await fetch(url, { method: 'DELETE' })).text();
      return;
    } catch (error) {
      if (left === 0) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
