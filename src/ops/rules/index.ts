export { FORMATS, rulesText, type Format } from './rules-text.ts';
export { DEFAULT_VALUES, readValues, type ReadValues, type Values } from './values.ts';
export { valuesText } from './values-text.ts';
