import { once } from 'node:events';
import { connect } from 'node:net';

/** Silence that no connection here may keep: machines that run tests have other things to do. */
const PATIENCE_MS = 15_000;

/**
 * Writes these very bytes to a port of this machine, and answers all that comes back until it is closed; rejects when
 * it stays open.
 */
export async function exchangeBytes(port: number, bytes: string | Buffer): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  let [answer, isOpen] = ['', false];
  socket.setEncoding('latin1').on('data', (chunk: string) => (answer += chunk));
  socket.on('error', () => {});
  socket.setTimeout(PATIENCE_MS, () => {
    isOpen = true;
    socket.destroy();
  });
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.write(bytes);
  await closed;
  if (isOpen) throw new Error(`The connection was not closed. What came is ${JSON.stringify(answer)}`);
  return answer;
}

/** The statuses of the answers on a connection, in order. */
export function statusesIn(answer: string): number[] {
  return [...answer.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
}
