/** Measures what the API costs with 100,000 sessions and 10,000 faults: CPU and size of each answer. */
import { createStatusServer } from '../src/exporter/index.ts';
import { crowd } from '../test/exporter/support/crowd.ts';

const ROUNDS = 5;
const MOST_MS = 200;
const MOST_KB = 300;

const observer = crowd({ sessions: 100_000, faults: 10_000 });
const app = createStatusServer(observer);
await app.ready();

const { faults } = (await app.inject('/api/v1/faults')).json<{ faults: { id: string }[] }>();
const paths = [
  '/status',
  '/faults',
  '/faults?limit=200&q=wrong+status',
  `/faults/${faults.at(-1)?.id}`,
  '/sessions',
  '/sessions?limit=200&q=0001',
  '/sessions?atFault=true&client=zed',
  '/sessions/00000001869f',
  '/clients',
  '/storms',
  '/eras',
  '/probes',
  '/openapi.json',
];

const rows: Record<string, { 'CPU ms': string; KB: string }> = {};
let isWithin = true;
for (const path of paths) {
  const costs: number[] = [];
  let size = 0;
  for (let i = 0; i < ROUNDS; i++) {
    const before = process.cpuUsage();
    const { payload, statusCode } = await app.inject(`/api/v1${path}`);
    const { user, system } = process.cpuUsage(before);
    if (statusCode !== 200) throw new Error(`${path} answered ${statusCode}`);
    costs.push((user + system) / 1000);
    size = payload.length / 1024;
  }
  const median = costs.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] as number;
  rows[path] = { 'CPU ms': median.toFixed(1), KB: size.toFixed(1) };
  isWithin &&= median < MOST_MS && size < MOST_KB;
}
console.table(rows);
console.log(`each below ${MOST_MS} ms and ${MOST_KB} KB: ${isWithin ? 'yes' : 'NO'}`);
await app.close();
process.exitCode = isWithin ? 0 : 1;
