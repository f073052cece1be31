/** A transport with everything a class can hide. */
export class HiddenTransport {
  #sent: unknown[] = [];
  readonly order: string[] = [];
  onmessage?: ((message: unknown, extra?: unknown) => void) | undefined;
  onclose?: (() => void) | undefined;

  get sent(): readonly unknown[] {
    return this.#sent;
  }

  start = async (): Promise<void> => undefined;

  async send(...args: unknown[]): Promise<void> {
    this.#sent.push(...args);
  }

  async close(): Promise<void> {
    this.onclose?.();
  }

  receive(message: unknown, extra?: unknown): void {
    this.onmessage?.(message, extra);
  }
}

/** A notification. */
export const NOTE = { jsonrpc: '2.0', method: 'notifications/message', params: { data: 1 } } as const;

/** A request. */
export const ASK = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'works' } } as const;
