export { watchWeb, type WebHandler, type WebOptions } from './watch-web.ts';
