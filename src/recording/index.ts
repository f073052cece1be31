export { FORMAT, FORMAT_VERSION, type Header } from './fields.ts';
export type { Damage } from './read-recording.ts';
export { recordTo, type Recorder, type RecordingOptions } from './record-to.ts';
export { replay, type Replay, type ReplayOptions } from './replay.ts';
export { SETTLE_MS, type Found } from './story.ts';
export { recordingOf, type RecordingFacts } from './write-recording.ts';
