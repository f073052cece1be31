export { createFastPath, type FastPath } from './fast-path.ts';
export { createHandOver, type HandOver } from './hand-over.ts';
