import { execFileSync, fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';

/** The core of what is measured, and that of what loads it. */
export const CORES = { measured: '0', load: '1' } as const;

/** Runs a program of ours on the measured core; answers it and what it says first. */
export async function forkPinned<Said>(file: string, args: readonly string[]): Promise<[ChildProcess, Said]> {
  const child = fork(file, args, {
    execPath: 'taskset',
    execArgv: ['--cpu-list', CORES.measured, process.execPath],
  });
  const over = once(child, 'exit').then(() => {
    throw new Error(`${file} ${args.join(' ')} ended before it was ready`);
  });
  const [said] = (await Promise.race([once(child, 'message'), over])) as [Said];
  over.catch(() => {});
  return [child, said];
}

/** Runs any program on the measured core. */
export function spawnPinned(program: string, args: readonly string[]): ChildProcess {
  const all = ['--cpu-list', CORES.measured, program, ...args];
  return spawn('taskset', all, { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Keeps this process on the core of the load. */
export function pinToLoadCore(): void {
  execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', CORES.load, String(process.pid)]);
}

/** Ends a process, and resolves when it is gone. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}

/** CPU time that a process and its children have used, user and system, in microseconds. */
export function cpuOf(pid: number): number {
  return familyOf(pid).reduce((sum, member) => sum + ownCpuOf(member), 0);
}

/** Memory that a process and its children hold for themselves, their part of what they share included, in bytes. */
export function memoryOf(pid: number): number {
  return familyOf(pid).reduce((sum, member) => {
    const text = readFileSync(`/proc/${member}/smaps_rollup`, 'utf8');
    return sum + Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1]) * 1024;
  }, 0);
}

function familyOf(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return [pid, ...(children === '' ? [] : children.split(' ').map(Number))];
}

/** Of all its threads. The first figure is what a thread ran, in nanoseconds. */
function ownCpuOf(pid: number): number {
  return readdirSync(`/proc/${pid}/task`).reduce((sum, thread) => {
    const [ran] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ');
    return sum + Number(ran) / 1000;
  }, 0);
}
