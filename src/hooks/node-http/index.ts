export { watchNodeHttp, type NodeHttpOptions } from './watch-node-http.ts';
