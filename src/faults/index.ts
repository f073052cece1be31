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
export { alertNameOf, runbookPathOf, runbookUrlOf } from './fault-names.ts';
export {
  defineFault,
  FINE,
  lookAgain,
  SEVERITIES,
  SIDES,
  type AtFault,
  type Fault,
  type FaultAlert,
  type FaultOf,
  type Fine,
  type Judge,
  type Limits,
  type LookAgain,
  type Severity,
  type Side,
  type Surroundings,
  type Threshold,
  type Thresholds,
  type Verdict,
} from './fault.ts';
