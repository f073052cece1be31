export {
  ANSWER_PREFIX_LENGTH,
  BODY_CLASSES,
  classifyError,
  classifySuccess,
  type BodyClass,
  type BodyFacts,
} from './body-class.ts';
export { CALLS_COMPARED_MS, createCallDigests, type CallDigests } from './call-digest.ts';
export { callFactsOf, type CallClaims } from './call-facts.ts';
export { callFactsIn, type CallHeaders } from './call-prefix.ts';
export {
  CLIENT_FAMILIES,
  GATEWAYS,
  identityOf,
  mergedIdentity,
  type ClientFamily,
  type Gateway,
  type Identity,
} from './client-family.ts';
export { errorTypeOfAnswer, errorTypeOfBreak, type Break, type BrokenAnswer } from './error-type.ts';
export {
  ENDINGS,
  HTTP_METHODS,
  httpMethodOf,
  isInitialize,
  isSuccess,
  mainMethodOf,
  sessionOfStream,
  STREAM_KINDS,
  TRANSPORTS,
  VANTAGES,
  type ConnectionChange,
  type Ending,
  type Exchange,
  type HttpMethod,
  type StreamFacts,
  type StreamKind,
  type StreamOpened,
  type Transport,
  type Vantage,
} from './exchange.ts';
export { CALL_FAILURES, failureOf, isCutOff, type CallFailure } from './failed-call.ts';
export { httpSseSessionIn, mayOpenHttpSse, sessionIdInEndpoint, sessionIdInQuery } from './http-sse.ts';
export { STAGES, type Listener, type Stage } from './listener.ts';
export { beginsAnew, MEANINGS, meaningOf, opensSession, sessionBegunBy, type Meaning } from './meaning.ts';
export {
  ERROR_TYPES,
  errorTypeOf,
  NETWORK_TRANSPORTS,
  operationOf,
  type CallFacts,
  type ErrorType,
  type NetworkFacts,
  type NetworkTransport,
  type Operation,
  type OperationStart,
} from './operation.ts';
export { isProbeAgent, PROBE_NAME } from './probe-agent.ts';
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
export {
  clientInfoIn,
  clientNameIn,
  initializeFactsIn,
  REQUEST_PREFIX_BYTES,
  rpcMethodsIn,
  type ClientInfo,
  type InitializeFacts,
} from './rpc-prefix.ts';
export { isWork, RPC_METHODS, rpcMethodOf, type RpcMethod } from './rpc-methods.ts';
export {
  traceContextOf,
  type OperationSpan,
  type TraceCarrier,
  type TraceContext,
  type Tracing,
} from './tracing.ts';
export {
  ADDRESS_STATES,
  REFUSALS,
  UPSTREAM_ERRORS,
  type AddressState,
  type Refusal,
  type UpstreamChange,
  type UpstreamError,
} from './upstream.ts';
