import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A keep-alive connection that sends one prepared request after the other, as fast as they are answered. */
export interface Client {
  /** Sends the request `amount` times; answers the time each took, in milliseconds. */
  run(amount: number): Promise<number[]>;
  close(): void;
}

/** Opens a {@link Client}. Much lighter than the servers it drives, so that the server is what is measured. */
export async function openClient(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): Promise<Client> {
  const { hostname, port, pathname, host } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.setNoDelay(true);
  await once(socket, 'connect');
  const lines = Object.entries({ host, ...headers, 'content-length': String(Buffer.byteLength(body)) });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const request = Buffer.from(`POST ${pathname} HTTP/1.1\r\n${head}\r\n${body}`);
  return {
    async run(amount) {
      const times: number[] = [];
      while (times.length < amount) {
        const startedAt = performance.now();
        await exchange(socket, request);
        times.push(performance.now() - startedAt);
      }
      return times;
    },
    close: () => socket.destroy(),
  };
}

function exchange(socket: Socket, request: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const failed = (): void =>
      reject(new Error(`the server went away, or answered: ${answer.slice(0, 200)}`));
    const read = (chunk: Buffer): void => {
      answer += chunk.toString('latin1');
      if (!isWhole(answer)) return;
      socket.off('data', read).off('close', failed);
      if (answer.startsWith('HTTP/1.1 200')) resolve();
      else failed();
    };
    if (socket.destroyed) return failed();
    socket.on('data', read).on('close', failed);
    socket.write(request);
  });
}

function isWhole(answer: string): boolean {
  const bodyAt = answer.indexOf('\r\n\r\n') + 4;
  if (bodyAt < 4) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(answer)?.[1];
  return length === undefined ? answer.endsWith('\r\n0\r\n\r\n') : answer.length - bodyAt >= Number(length);
}
