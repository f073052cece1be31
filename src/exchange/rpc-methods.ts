/** Every JSON-RPC method the published revisions define; anything else is told as `other`. */
export const RPC_METHODS = [
  'initialize',
  'ping',
  'tools/list',
  'tools/call',
  'resources/list',
  'resources/templates/list',
  'resources/read',
  'resources/subscribe',
  'resources/unsubscribe',
  'prompts/list',
  'prompts/get',
  'completion/complete',
  'logging/setLevel',
  'roots/list',
  'sampling/createMessage',
  'elicitation/create',
  'tasks/get',
  'tasks/list',
  'tasks/result',
  'tasks/cancel',
  'server/discover',
  'subscriptions/listen',
  'notifications/initialized',
  'notifications/cancelled',
  'notifications/progress',
  'notifications/message',
  'notifications/roots/list_changed',
  'notifications/tools/list_changed',
  'notifications/prompts/list_changed',
  'notifications/resources/list_changed',
  'notifications/resources/updated',
  'notifications/elicitation/complete',
  'notifications/tasks/status',
  'other',
] as const;

/** See {@link RPC_METHODS}. */
export type RpcMethod = (typeof RPC_METHODS)[number];

const KNOWN: ReadonlyMap<string, RpcMethod> = new Map(RPC_METHODS.map((method) => [method, method]));

/** Maps a method name from the wire to the closed list. */
export function rpcMethodOf(name: string): RpcMethod {
  return KNOWN.get(name) ?? 'other';
}

/** Methods that open, describe or keep up a session without doing any of its work. */
const UPKEEP: ReadonlySet<RpcMethod> = new Set<RpcMethod>([
  'initialize',
  'ping',
  'tools/list',
  'resources/list',
  'resources/templates/list',
  'prompts/list',
  'server/discover',
  'notifications/initialized',
  'notifications/cancelled',
  'notifications/roots/list_changed',
]);

/** Whether a message is work a user asked for, rather than handshake, listing or heartbeat. */
export function isWork(method: RpcMethod): boolean {
  return !UPKEEP.has(method);
}
