/** The IC's rules on canister modules, for the link's audit and the replica alike. */

export type { AuditFigure } from './audit';
export { auditFigures } from './audit';
export { complexityWeights } from './complexity';
export { CanisterLimit } from './limits';
export type { CanisterFacts, CanisterReport, CanisterRule, FunctionMeasure, Violation } from './report';
export { validateCanister } from './validate';
