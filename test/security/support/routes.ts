import type { FastifyInstance } from 'fastify';

/** A path of a server, and a method that has a route there. */
export interface Route {
  readonly method: string;
  readonly path: string;
}

const LINE = /^((?:│ {3}| {4})*)[├└]── (\S+)(?: \(([A-Z, ]+)\))?$/;

/** Every route of a server, so that one added later is tested without being named. Parameters become `x`. */
export async function routesOf(app: FastifyInstance): Promise<Route[]> {
  await app.ready();
  const routes: Route[] = [];
  const above: string[] = [];
  for (const line of app.printRoutes({ commonPrefix: false }).trimEnd().split('\n')) {
    const [, indent, segment, methods = ''] = LINE.exec(line) ?? [];
    if (indent === undefined || segment === undefined) throw new Error(`no route is read in ${line}`);
    const depth = indent.length / 4;
    above.splice(depth, above.length, `${above[depth - 1] ?? ''}${segment}`);
    const path = (above[depth] ?? '').replaceAll(/:\w+|\*/g, 'x');
    for (const method of methods.split(', ').filter(Boolean)) routes.push({ method, path });
  }
  return routes;
}
