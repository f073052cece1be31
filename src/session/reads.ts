import type { RpcMethod } from '../exchange/index.ts';

/** The methods that only read, so that a client may repeat them without a second thought. */
const READS: readonly RpcMethod[] = [
  'tools/list',
  'resources/list',
  'resources/templates/list',
  'resources/read',
  'prompts/list',
  'prompts/get',
];

/** The bits of the read-only methods among some; 0 when there are none. */
export function readBit(methods: readonly RpcMethod[]): number {
  let bits = 0;
  for (const method of methods) {
    const index = READS.indexOf(method);
    if (index >= 0) bits |= 1 << index;
  }
  return bits;
}
