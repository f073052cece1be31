import type { FastifyError, FastifyInstance } from 'fastify';
import { checkOf, openApiDocument } from './document.ts';
import { detailOf, sendProblem } from './problem.ts';
import { pathParameters, routes, type ApiRoute, type ApiSources } from './routes.ts';

const API = '/api/v1';

/** Serves every path of the API below `/api/v1`, and its description. All of it is read-only. */
export function serveApi(app: FastifyInstance, sources: ApiSources): void {
  void app.register(
    async (api) => {
      api.setNotFoundHandler((_request, reply) => sendProblem(reply, 404, 'There is nothing at this path.'));
      api.setErrorHandler<FastifyError>((error, _request, reply) => {
        if (error.validation !== undefined) return sendProblem(reply, 400, detailOf(error));
        if (error instanceof RangeError) return sendProblem(reply, 400, `${error.message}.`);
        sources.observer.failed('signal', error);
        return sendProblem(reply, 500, 'This could not be answered.');
      });
      const document = openApiDocument();
      api.get('/openapi.json', (_request, reply) => reply.send(document));
      for (const route of routes) serve(api, route, sources);
    },
    { prefix: API },
  );
}

function serve(api: FastifyInstance, route: ApiRoute, sources: ApiSources): void {
  const { path, query, shape, answer } = route;
  const schema = { querystring: checkOf(query), params: checkOf(pathParameters) };
  const isOneOfMany = path.includes('{id}');
  api.get<{ Params: { id?: string } }>(
    path.replace('{id}', ':id'),
    { schema: isOneOfMany ? schema : { querystring: schema.querystring } },
    (request, reply) => {
      const { id = '' } = request.params;
      sources.observer.refresh();
      const found = answer(sources, request.query as never, id);
      if (found === undefined) return sendProblem(reply, 404, 'There is no such thing, or no longer.');
      if (shape !== undefined) return reply.send(found);
      return reply
        .type('application/x-ndjson; charset=utf-8')
        .header('content-disposition', `attachment; filename="${fileNameOf(id)}"`)
        .send(found);
    },
  );
}

/** An id that was found holds nothing that a file name may not; what is not looked at may. */
function fileNameOf(id: string): string {
  return `${id.replaceAll(/[^\w.-]/g, '_')}.jsonl`;
}
