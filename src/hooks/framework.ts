import type { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Listener } from '../exchange/index.ts';
import { mayTurnOut, requestsFor } from './node-http/requests.ts';
import { speaksMcp } from './speaks-mcp.ts';

/** How the hook of a framework recognises and names what it sees. `Request` is the framework's own. */
export interface FrameworkOptions<Request> {
  /** Whether a request is one of the protocol. Default: recognised by itself, as `watchNodeHttp` does. */
  readonly speaksMcp?: (request: Request) => boolean;
  /** The target a request is counted under, or a function that names it. Default: `default`. */
  readonly target?: string | ((request: Request) => string);
}

/** A request as the framework hands it on, and as node made it. */
interface Arrived<Request> {
  readonly of: Request;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** What the client asked for. */
  readonly url: string;
  /** What the framework has made of the body so far. */
  readonly body: () => unknown;
}

/** What stands in a framework's way of a request. */
export interface FrameworkHook<Request> {
  /** Watches the request from here on, if it is one of the protocol. Never throws. */
  readonly arrived: (arrived: Arrived<Request>) => void;
  /** Watches no more; requests under way are still told. */
  readonly stop: () => void;
}

/** Makes a {@link FrameworkHook}. It counts nothing that another hook of the same listener counts. */
export function createFrameworkHook<Request>(
  listener: Listener,
  options: FrameworkOptions<Request>,
): FrameworkHook<Request> {
  const { target } = options;
  const requests = requestsFor(listener);
  let stopped = false;

  function begin({ of, request, response, url, body }: Arrived<Request>): void {
    const chosen = options.speaksMcp?.(of);
    const speaks = chosen ?? speaksMcp({ method: request.method, url, headers: request.headers }, undefined);
    if (!speaks && (chosen === false || !mayTurnOut(request, url))) return;
    const name = typeof target === 'function' ? target(of) : target;
    requests.begin({ request, response, url, speaks, target: name, body });
  }

  return {
    arrived(arrived) {
      if (stopped || !isHttp1(arrived.request)) return;
      try {
        begin(arrived);
      } catch (error) {
        listener.failed('hook', error);
      }
    },
    stop() {
      stopped = true;
      requests.leave();
    },
  };
}

/** HTTP/2 says nothing of the end of an answer as HTTP/1 does, and what a test injects comes over no connection. */
function isHttp1({ httpVersionMajor, socket }: IncomingMessage): boolean {
  return httpVersionMajor === 1 && socket instanceof Socket;
}
