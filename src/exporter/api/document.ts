import { z } from 'zod';
import { VERSION } from '../../version.ts';
import { pathParameters, routes, type ApiRoute } from './routes.ts';
import { problem, shapes } from './schemas.ts';

type Json = Readonly<Record<string, unknown>>;

/** The description of the API, by OpenAPI 3.1. It is made from the table by which the API is served. */
export function openApiDocument(): Json {
  return {
    openapi: '3.1.0',
    info: {
      title: 'mcp-session-exporter',
      version: VERSION,
      description:
        'What is known of MCP sessions, their faults and their clients. Read-only, and without credentials: sessions and clients are told by references.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/api/v1' }],
    paths: Object.fromEntries(routes.map((route) => [route.path, { get: operationOf(route) }])),
    components: { schemas: componentsOf() },
  };
}

/** A schema as Fastify takes it, to check a query or a path with. */
export function checkOf(query: z.ZodObject): Json {
  return z.toJSONSchema(query, { target: 'draft-7', io: 'input' });
}

function operationOf({ id, path, summary, query, shape }: ApiRoute): Json {
  const inPath = path.includes('{id}') ? parametersOf(pathParameters, 'path') : [];
  return {
    operationId: id,
    summary,
    parameters: [...inPath, ...parametersOf(query, 'query')],
    responses: {
      200: { description: summary, content: contentOf(shape) },
      400: problemOf('A parameter is unknown, or its value is not allowed'),
      ...(inPath.length > 0 && { 404: problemOf('There is no such thing, or no longer') }),
    },
  };
}

function parametersOf(query: z.ZodObject, place: 'path' | 'query'): Json[] {
  const { properties = {}, required = [] } = z.toJSONSchema(query, { io: 'input' });
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: place,
    required: required.includes(name),
    schema,
  }));
}

function contentOf(shape: z.ZodType | undefined): Json {
  if (shape === undefined) return { 'application/x-ndjson': { schema: { type: 'string' } } };
  return { 'application/json': { schema: referenceTo(shape) } };
}

function problemOf(description: string): Json {
  return { description, content: { 'application/problem+json': { schema: referenceTo(problem) } } };
}

function referenceTo(shape: z.ZodType): Json {
  return { $ref: uriOf(shapes.get(shape)?.id ?? '') };
}

function uriOf(id: string): string {
  return `#/components/schemas/${id}`;
}

/** Every shape that has a name, without what says again what the whole document is written in. */
function componentsOf(): Json {
  const { schemas } = z.toJSONSchema(shapes, { uri: uriOf });
  return Object.fromEntries(
    Object.entries(schemas).map(([id, { $schema: _dialect, $id: _uri, ...schema }]) => [id, schema]),
  );
}
