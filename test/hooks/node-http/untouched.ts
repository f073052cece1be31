/**
 * The host notices nothing: every scenario is played twice, without and with the hook, and the bytes on the wire
 * and everything the program sees of its own request and response must be the same.
 */
import { createHash } from 'node:crypto';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { watchNodeHttp } from '../../../src/hooks/node-http/index.ts';
import { record } from './recording.ts';
import { listen, open, read, requestText, rpc } from './wire.ts';

/** Takes down what the program saw. */
export type Note = (what: string) => void;

/** What a program does, and what a client sends it. */
export interface Scenario {
  /** The program. What it notes is compared, and so are the events of its requests and responses. */
  readonly program: (note: Note) => RequestListener | Server | Promise<Server>;
  /** What the client sends, in order; a number is a pause in ms. */
  readonly sends: readonly (string | number)[];
  /** The client goes away once it has read this. Default: it reads to the end of the connection. */
  readonly until?: string | undefined;
  /** How often a big body pauses and drains depends on the kernel, and is not compared. */
  readonly big?: true;
  /** How many exchanges the hook must have told, or the comparison proves nothing. Default: 1. */
  readonly exchanges?: number;
}

/** A request after which the connection closes, and one after which it stays open. */
export const POST = requestText('POST', { connection: 'close' }, rpc('tools/call'));
export const GET = requestText('GET', { connection: 'close' });
export const KEPT_ALIVE = requestText('POST', {}, rpc('tools/call'));
export const MEBIBYTE = 'm'.repeat(1024 * 1024);

const EVENTS = [
  'prefinish',
  'finish',
  'close',
  'drain',
  'pipe',
  'unpipe',
  'error',
  'end',
  'aborted',
  'pause',
  'resume',
];

function noteEvents(name: string, subject: IncomingMessage | ServerResponse, note: Note): void {
  for (const event of EVENTS) {
    if (event === 'error' && name === 'request')
      subject.on(event, (error) => note(`request error ${String(error)}`));
    else subject.on(event, () => note(`${name} ${event}`));
  }
}

function serverOf(made: RequestListener | Server): Server {
  return typeof made === 'function' ? createServer(made) : made;
}

async function play(scenario: Scenario): Promise<{ wire: string; noted: string[] }> {
  const noted: string[] = [];
  const note: Note = (what) => void noted.push(what);
  const server = serverOf(await scenario.program(note));
  server.prependListener('request', (request, response) => {
    noteEvents('request', request, note);
    noteEvents('response', response, note);
  });
  const connections = new Set<Socket>();
  server.on('connection', (connection: Socket) => {
    connections.add(connection);
    connection.once('close', () => connections.delete(connection));
  });
  const socket = await open(await listen(server));
  const { until } = scenario;
  const reading = read(socket, until === undefined ? undefined : (text) => text.includes(until));
  for (const send of scenario.sends) {
    if (typeof send === 'number') await delay(send);
    else socket.write(send, 'latin1');
  }
  const wire = await reading;
  socket.destroy();
  await vi.waitFor(() => expect(connections.size).toBe(0), 5000);
  await delay(20);
  const told = scenario.big === true ? noted.filter((what) => !/ (drain|pause|resume)$/.test(what)) : noted;
  return { wire: brief(wire.replaceAll(/^Date: .*$/gim, 'Date: then')), noted: told };
}

/** A long answer as its beginning, length and hash, for a failure to be readable. */
function brief(wire: string): string {
  if (wire.length < 2000) return wire;
  return `${wire.slice(0, 500)} ... ${wire.length} bytes, ${createHash('sha256').update(wire, 'latin1').digest('hex')}`;
}

/** `writeHead` as JavaScript lets it be called. */
export type Loose = (...args: unknown[]) => ServerResponse;

/** A body handed to `end` in the ways node allows. */
export function ends(end: (response: ServerResponse, note: Note) => unknown): Scenario {
  return {
    program: (note) => (_request, response) => {
      const answered = end(response, note);
      note(`returned ${answered === response ? 'the response' : typeof answered}`);
    },
    sends: [GET],
  };
}

/** Plays each scenario without and with the hook: the wire and the program must be the same. */
export function testUntouched(scenarios: Readonly<Record<string, Scenario>>): void {
  test.each(Object.entries(scenarios))('%s', async (_name, scenario) => {
    const without = await play(scenario);
    const recording = record();
    const stop = watchNodeHttp(recording);
    const within = await play(scenario).finally(stop);
    expect(within).toEqual(without);
    expect(without.wire).toMatch(/^HTTP\/1\.1 \d{3}/);
    expect(recording.exchanges).toHaveLength(scenario.exchanges ?? 1);
    expect(recording.failures).toEqual([]);
  });
}
