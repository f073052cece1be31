export { watchUndici, type UndiciOptions } from './watch-undici.ts';
