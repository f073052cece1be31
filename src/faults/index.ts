export {
  createCaseBook,
  type Case,
  type CaseBook,
  type CaseBookOptions,
  type Subject,
  type SubjectKind,
  type ThresholdOverrides,
} from './case-book.ts';
export { catalogue, faultById } from './catalogue.ts';
export { clientLatchedOff } from './client-latched-off.ts';
export { fleetReinitStorm } from './fleet-reinit-storm.ts';
export { serverSessionLeak } from './server-session-leak.ts';
export { alertNameOf, runbookPathOf, runbookUrlOf } from './fault-names.ts';
export {
  defineFault,
  defineRuledFault,
  FINE,
  isJudged,
  lookAgain,
  SEVERITIES,
  SIDES,
  type AtFault,
  type Fault,
  type FaultAlert,
  type FaultFacts,
  type FaultOf,
  type Fine,
  type Judge,
  type JudgedFault,
  type Limits,
  type LookAgain,
  type RuleAlert,
  type RuledFault,
  type Severity,
  type Side,
  type Surroundings,
  type Threshold,
  type Thresholds,
  type Verdict,
} from './fault.ts';
