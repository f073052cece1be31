import type { Readable, Writable } from 'node:stream';

/** What can be told to wait. */
export interface Source {
  pause(): unknown;
  resume(): unknown;
}

/** Hands a part on, and lets `source` wait while it is not taken. What comes when the sink is gone is dropped. */
export function handOn(chunk: Buffer, source: Source, sink: Writable): void {
  if (sink.write(chunk)) return;
  source.pause();
  sink.once('drain', () => source.resume());
}

/** Told of the parts that pass, and of the end. */
export interface PumpWatch {
  readonly chunk: (chunk: Buffer) => void;
  /** Everything has passed; `sink` is still open. */
  readonly ended: () => void;
}

/**
 * Hands all of `source` to `sink`, each part as it comes, and no faster than it is taken. It does what `pipe` does
 * with a third of the listeners, which are what a short request mostly costs.
 */
export function pump(source: Readable, sink: Writable, { chunk: noted, ended }: PumpWatch): void {
  source.on('data', (chunk: Buffer) => {
    if (sink.destroyed || sink.writableEnded) return;
    noted(chunk);
    handOn(chunk, source, sink);
  });
  source.on('end', () => {
    if (sink.destroyed || sink.writableEnded) return;
    ended();
    sink.end();
  });
}
