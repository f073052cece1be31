/** Tells on stderr, at the end, what was loaded of OpenTelemetry, and refuses to load what `REFUSE` names. */
import { registerHooks } from 'node:module';

const loaded = new Set<string>();
registerHooks({
  resolve(specifier, context, next) {
    // prom-client has the API in it in any case.
    const isOurs = context.parentURL?.includes('/prom-client/') === false;
    if (isOurs && specifier.startsWith('@opentelemetry/')) loaded.add(specifier);
    if (specifier === process.env['REFUSE']) throw new Error(`${specifier} is not there`);
    return next(specifier, context);
  },
});
process.once('exit', () => process.stderr.write(`loaded ${[...loaded].join(' ') || 'nothing'}\n`));
