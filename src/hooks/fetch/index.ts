export { watchFetch, type FetchMiddleware, type FetchOptions } from './watch-fetch.ts';
