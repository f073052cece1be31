import type { Exchange } from '../../../src/exchange/index.ts';
import { watchWeb, type WebHandler, type WebOptions } from '../../../src/hooks/web/index.ts';
import { CALL } from '../fetch/untouched.ts';
import { record, type Recording } from '../node-http/recording.ts';
import { rpc } from '../node-http/wire.ts';

export const URL_TEXT = 'https://tools.example/mcp';

/** One request: what is asked of which handler, and how that is watched. */
export interface Asked {
  readonly init?: RequestInit;
  readonly url?: string;
  readonly handler?: WebHandler;
  readonly options?: WebOptions;
  readonly recording?: Recording;
  /** What is done with the answer. Default: it is read. */
  readonly reading?: (response: Response) => unknown;
}

/** A handler that reads its request and answers it. */
export const answering: WebHandler = async (request) => {
  await request.text();
  return Response.json({ jsonrpc: '2.0', id: 1, result: {} });
};

/** The exchange that is told of one request. */
export async function told(asked: Asked = {}): Promise<Exchange> {
  const { init = CALL, url = URL_TEXT, handler = answering, options, recording = record() } = asked;
  const { reading = (response) => response.text() } = asked;
  const before = recording.exchanges.length;
  const handle: WebHandler = watchWeb(recording, options)(handler);
  await reading(await handle(new Request(url, init)));
  return (await recording.until(before + 1))[before] as Exchange;
}

/** A POST of one JSON-RPC request. */
export function posting(
  method: string,
  headers: Record<string, string> = {},
  params: unknown = {},
): RequestInit {
  return { method: 'POST', headers: { ...CALL.headers, ...headers }, body: rpc(method, params) };
}
