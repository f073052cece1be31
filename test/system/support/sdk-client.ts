/** In a process of its own: a client of SDK 1.32.2, which connects, calls or leaves, as each line it is sent tells it. */
import { createInterface } from 'node:readline';
import { connectSdk132, type SdkClient } from '../../../demo/clients/sdk.ts';

const url = new URL(process.argv[2] as string);
let client: SdkClient | undefined;

for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'connect') {
    await client?.close();
    client = await connectSdk132(url);
    console.log('connected');
  } else if (line === 'call') {
    console.log(`answered ${await client?.call()}`);
  } else if (line === 'leave') {
    await client?.leave();
    console.log('left');
  }
}
