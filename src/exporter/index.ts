export type { HistoryColumns } from './history.ts';
export { optionsFromEnvironment, type ExporterOptions } from './options.ts';
export { startExporter, type Exporter } from './start-exporter.ts';
export type { EndedFault, EvidenceStep, FaultGroup, SessionRow, Status, Totals } from './status-model.ts';
export { createStatusServer, type StatusServerOptions } from './status-server.ts';
