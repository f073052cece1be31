export {
  BODY_CLASSES,
  classifyError,
  classifySuccess,
  type BodyClass,
  type BodyFacts,
} from './body-class.ts';
export { CLIENT_FAMILIES, clientFamilyOf, type ClientFamily } from './client-family.ts';
export {
  ENDINGS,
  HTTP_METHODS,
  httpMethodOf,
  isInitialize,
  isSuccess,
  mainMethodOf,
  STREAM_KINDS,
  VANTAGES,
  type ConnectionChange,
  type Ending,
  type Exchange,
  type HttpMethod,
  type StreamFacts,
  type StreamKind,
  type StreamOpened,
  type Vantage,
} from './exchange.ts';
export { STAGES, type Listener, type Stage } from './listener.ts';
export { MEANINGS, meaningOf, opensSession, type Meaning } from './meaning.ts';
export {
  ERAS,
  eraOf,
  PROTOCOL_VERSIONS,
  protocolVersionOf,
  type Era,
  type ProtocolVersion,
} from './protocol-era.ts';
export {
  ANONYMOUS,
  createReferences,
  type Reference,
  type ReferenceOptions,
  type References,
} from './references.ts';
export { initializeFactsIn, rpcMethodsIn, type InitializeFacts } from './rpc-prefix.ts';
export { isWork, RPC_METHODS, rpcMethodOf, type RpcMethod } from './rpc-methods.ts';
