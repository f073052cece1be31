export { effectiveText } from './effective.ts';
export { createLiveSettings, type LiveOptions, type LiveSettings } from './live-settings.ts';
export { exporterOptionsOf, probingOf, proxySettingsOf } from './options-of.ts';
export { readSettings, type Read, type Sources } from './read-settings.ts';
export { DEFAULT_HOST, DEFAULT_PORT, settingsSchema, WATCHED_VANTAGES, type Settings } from './schema.ts';
export { outerSettings, PREFIX, settingList, type Setting } from './setting-list.ts';
export type { Environment } from './variables.ts';
export { flagged } from './flags.ts';
export { nearest } from './nearest.ts';
