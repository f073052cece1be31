export { watchFastify, type FastifyOptions } from './watch-fastify.ts';
