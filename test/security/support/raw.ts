import { once } from 'node:events';
import { connect } from 'node:net';

/** Writes these very bytes to a port of this machine, and answers all that comes back until it is closed. */
export async function exchangeBytes(port: number, bytes: string | Buffer, waitMs = 5000): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  let answer = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => (answer += chunk));
  socket.on('error', () => {});
  socket.setTimeout(waitMs, () => socket.destroy());
  const closed = once(socket, 'close');
  socket.write(bytes);
  await closed;
  return answer;
}

/** The statuses of the answers on a connection, in order. */
export function statusesIn(answer: string): number[] {
  return [...answer.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
}
