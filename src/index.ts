export { startExporter, type Exporter } from './exporter/start-exporter.ts';
export type { ExporterOptions } from './exporter/options.ts';
export { createObserver, type Observer, type ObserverOptions } from './observer.ts';
export { VERSION } from './version.ts';
