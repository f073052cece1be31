import {
  BODY_CLASSES,
  CLIENT_FAMILIES,
  ENDINGS,
  ERAS,
  ERROR_TYPES,
  GATEWAYS,
  HTTP_METHODS,
  PROTOCOL_VERSIONS,
  RPC_METHODS,
  STREAM_KINDS,
  TRANSPORTS,
  VANTAGES,
  type ConnectionChange,
  type Exchange,
  type StreamFacts,
  type StreamOpened,
} from '../exchange/index.ts';
import { field, objectOf, optional, required, type FieldsOf } from './codec.ts';
import { COUNT, FAULT_ID, FLAG, listOf, oneOf, REFERENCE, STATUS, TEXT, TIME } from './kinds.ts';

/** What makes a file ours. */
export const FORMAT = 'mcp-session-recording';

/** Raised when what was written before would be read differently; a new field with a default does not. */
export const FORMAT_VERSION = 1;

/** The first line of a file, and of every run that is appended to it. */
export interface Header {
  readonly format: typeof FORMAT;
  readonly version: number;
  /** Tells one run of one recorder from all others; the files it was divided into share it. */
  readonly run: string;
  /** When the run began. */
  readonly startedAt: number;
  /** When this file of it began. */
  readonly at: number;
  readonly by: string;
  /** What the recording is about, in a person's words. */
  readonly about: string;
  /** Fault ids that a replay must find, and no others; undefined when nobody has said. */
  readonly expect: readonly string[] | undefined;
}

/** Something that happened at a time, in a recording. */
export interface Moment {
  readonly at: number;
}

/** A connection change, and when it was told. */
export interface ConnectionMoment extends ConnectionChange, Moment {}

/** Records the recorder had no room for, or could not write, since its record before. */
export interface Gap extends Moment {
  readonly lost: number;
}

const vantage = field('vantage', oneOf(VANTAGES), 'server', 'where the hook stood');
const target = field('target', TEXT, 'default', 'the name of the server, as configured');

const METHOD = 'a method of a published revision, or other';
const ERROR = 'empty, or an error type that the metrics tell apart';
const FAMILY = 'a client family that the metrics tell apart, or other';

const STREAM_FACTS: FieldsOf<StreamFacts> = {
  kind: required('kind', oneOf(STREAM_KINDS), 'what opened the stream'),
  openedAt: required('opened', TIME, 'when its head was sent'),
  carriedData: field('data', FLAG, false, 'an event with data was seen'),
  retryHint: field('retry', FLAG, false, 'the server said when to come back'),
  eventIds: field('ids', FLAG, false, 'its events carried ids'),
  lastWriteAt: required('written', TIME, 'when it was last written to'),
};

/** What is recorded of an exchange: all but what a message says of itself, which is not for a file. */
type RecordedExchange = Omit<Exchange, 'call' | 'clientVersion'>;

const EXCHANGE: FieldsOf<RecordedExchange> = {
  vantage,
  target,
  httpMethod: field('method', oneOf(HTTP_METHODS), 'POST', 'HTTP method'),
  transport: field('transport', oneOf(TRANSPORTS), 'streamable-http', 'how messages travel'),
  era: field('era', oneOf(ERAS), 'sessionful', 'the way the transport works'),
  protocolVersion: field('version', oneOf(PROTOCOL_VERSIONS), 'none', 'protocol revision'),
  rpcMethods: field('rpc', listOf(oneOf(RPC_METHODS, METHOD)), [], 'JSON-RPC methods of the request'),
  sessionSent: optional('sent', REFERENCE, 'session named by the request'),
  sessionGiven: optional('given', REFERENCE, 'session named by the answer'),
  sessionOdd: field('odd', FLAG, false, 'the id sent is none: `undefined`, `null`, or several'),
  resumes: field('resumes', FLAG, false, 'the request had `Last-Event-ID`'),
  status: field('status', STATUS, 200, 'status of the answer; 0 for none'),
  ending: field('ending', oneOf(ENDINGS), 'complete', 'how it ended'),
  bodyClass: field('body', oneOf(BODY_CLASSES), 'none', 'what the answer said of the session'),
  errorUnaddressed: field('unaddressed', FLAG, false, 'the JSON-RPC error named no request'),
  challenged: field('challenged', FLAG, false, 'the answer had `WWW-Authenticate`'),
  retryAfter: field('retryAfter', FLAG, false, 'the answer had `Retry-After`'),
  fromBrowser: field('browser', FLAG, false, 'the request had `Origin`'),
  exposesSession: field('exposed', FLAG, false, 'the answer let a page in a browser read the id'),
  client: required('client', REFERENCE, 'who spoke'),
  principal: required('principal', REFERENCE, 'with which credential'),
  family: field('family', oneOf(CLIENT_FAMILIES, FAMILY), 'other', 'which client product'),
  via: field('via', oneOf(GATEWAYS), 'none', 'what stood between the client and the hook'),
  callDigest: optional('call', REFERENCE, 'stands for tool and arguments, where a repeat would matter'),
  errorType: field('error', oneOf(ERROR_TYPES, ERROR), '', 'how the operation failed; empty when it did not'),
  stream: optional('stream', objectOf(STREAM_FACTS), 'the answer was an event stream'),
  byProbe: optional('probe', FLAG, 'the request named itself as that of our probe'),
  startedAt: required('start', TIME, 'when the request began'),
  endedAt: required('end', TIME, 'when the answer was over'),
};

const STREAM_OPENED: FieldsOf<StreamOpened> = {
  vantage,
  target,
  kind: required('kind', oneOf(STREAM_KINDS), 'what opened the stream'),
  session: optional('session', REFERENCE, 'the session it belongs to'),
  byProbe: optional('probe', FLAG, 'it was opened by our probe'),
  at: required('at', TIME, 'when its head was sent'),
};

const at = required('at', TIME, 'when it was told');

const CONNECTION: FieldsOf<ConnectionMoment> = {
  vantage,
  target,
  change: required('change', oneOf(['opened', 'closed']), 'what happened to it'),
  at,
};

const GAP: FieldsOf<Gap> = { lost: required('lost', COUNT, 'how many records are missing here'), at };

const END: FieldsOf<Moment> = { at };

/** The fields of a file's first line. */
export const HEADER: FieldsOf<Header> = {
  format: required('format', oneOf([FORMAT]), 'what makes the file a recording'),
  version: required('version', COUNT, 'the version of the format'),
  run: required('run', REFERENCE, 'tells this run of a program from others'),
  startedAt: required('started', TIME, 'when the run began'),
  at: required('at', TIME, 'when this file of it began'),
  by: field('by', TEXT, '', 'what wrote it'),
  about: field('about', TEXT, '', "what it shows, in a person's words"),
  expect: optional('expect', listOf(FAULT_ID), 'the faults a replay must find, for `npm run judge`'),
};

/** What a record of each type holds. */
export interface Told {
  readonly exchange: RecordedExchange;
  readonly stream: StreamOpened;
  readonly connection: ConnectionMoment;
  readonly gap: Gap;
  readonly end: Moment;
}

/** Every type of record, and its fields: the one table from which lines are written, read and documented. */
export const RECORDS: { readonly [Type in keyof Told]: FieldsOf<Told[Type]> } = {
  exchange: EXCHANGE,
  stream: STREAM_OPENED,
  connection: CONNECTION,
  gap: GAP,
  end: END,
};

/** The fields within fields, by where they stand. */
export const NESTED = { 'exchange.stream': STREAM_FACTS };
