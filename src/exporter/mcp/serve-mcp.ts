import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { NodeMcpRequestHandler } from '@modelcontextprotocol/node';
import type { McpSources } from './answered.ts';
import type { McpHandler } from './mcp-handler.ts';

/** Who may ask at `/mcp`, and from what it is answered. */
export interface McpOptions extends McpSources {
  /** Whether a name, as in a `Host` header, is one of ours. */
  readonly isOurs: (host: string | undefined) => boolean;
}

const PATH = '/mcp';

/**
 * Serves a read-only MCP server at `/mcp`, so that an agent whose tools stopped working can ask why. It speaks both
 * eras and keeps no session. The SDK is loaded with the first request: it takes 40 MB, and most processes are never
 * asked.
 */
export function serveMcp(app: FastifyInstance, options: McpOptions): void {
  let loading: Promise<McpHandler> | undefined;

  async function load(): Promise<McpHandler> {
    try {
      const { createHandler } = await import('./mcp-handler.ts');
      return createHandler(options);
    } catch (error) {
      loading = undefined;
      throw error;
    }
  }

  async function answer(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    loading ??= load();
    const { handle } = await loading;
    reply.hijack();
    for (const [name, value] of Object.entries(reply.getHeaders()))
      if (value !== undefined) reply.raw.setHeader(name, value);
    await handle(request.raw as Parameters<NodeMcpRequestHandler>[0], reply.raw);
  }

  app.register(async (scope) => {
    // The SDK reads the body itself, and says by the book what is wrong with it.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _body, done) => done(null));
    scope.route({
      method: ['GET', 'POST', 'DELETE'],
      url: PATH,
      exposeHeadRoute: false,
      onRequest: async (request, reply) => {
        if (isFromElsewhere(request.headers.origin, options.isOurs))
          return reply.code(403).send({ error: 'Pages of other origins may not ask here.' });
      },
      handler: answer,
    });
  });
  app.addHook('preClose', async () => (await loading)?.close());
}

/** A browser says where a page comes from (2025-11-25, transports, security warning 1); other clients say nothing. */
function isFromElsewhere(origin: string | undefined, isOurs: McpOptions['isOurs']): boolean {
  return origin !== undefined && !isOurs(URL.parse(origin)?.host);
}
