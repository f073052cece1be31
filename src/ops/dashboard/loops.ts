import { anyOf } from './scope.ts';

/** The faults in which something is done over and over: each of them is a storm once many do it. */
export const LOOPS = anyOf(
  'reinit-storm',
  'get-reopen-loop',
  'sse-flap',
  'session-per-call',
  'auth-loop',
  'idle-poll',
);
