/** A client as the stories use it, whatever it is built on. What fails is answered, and not thrown. */
export interface CorpusClient {
  /** Calls the tool that takes so long; answers whether that went well. */
  call(seconds?: number): Promise<boolean>;
  /** Lists the tools; answers whether that went well. */
  list(): Promise<boolean>;
  /** Reads the resource; answers whether that went well. */
  read(): Promise<boolean>;
  /** Says goodbye with DELETE, where the client can, and closes. */
  leave(): Promise<void>;
  /** Closes, as the client does by itself. */
  close(): Promise<void>;
}

/** How a client is connected. */
export interface ConnectOptions {
  /** Headers that its program adds to each request: a credential, or what an ingress says of the address. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Asked for further headers at each request; not of clients in other processes. */
  readonly credential?: () => Readonly<Record<string, string>>;
  /** `clientInfo.name`. */
  readonly name?: string;
}

/** Connects a client; rejects when the handshake fails. */
export type Connect = (url: URL, options?: ConnectOptions) => Promise<CorpusClient>;

/** A client that stories can be told of. */
export interface ClientKind {
  /** In file names. */
  readonly id: string;
  /** In sentences. */
  readonly title: string;
  readonly connect: Connect;
}

/** As long as a program of these stories waits for an answer. */
const PATIENCE_MS = 8000;

/** Whether it went well, and in time. */
export async function wentWell(doing: Promise<unknown>): Promise<boolean> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(reject, PATIENCE_MS, new Error('no answer'));
  try {
    await Promise.race([doing, late]);
    return true;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
