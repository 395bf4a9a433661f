import { archives } from './archives';
import { canisterSettings } from './canister-settings';
import { type AnswerOf, type ArgumentsOf, type Method, type Room, USUAL_ARGUMENT_LIMIT } from './declare';
import { fleet } from './fleet';
import { insights } from './insights';
import { jobs } from './jobs';
import { metrics } from './metrics';
import { migrations } from './migrations';
import { observation } from './observation';
import type { CandidResult } from './result';
import { slots } from './slots';
import { sql } from './sql';
import { adoption } from './storage/adoption';
import { checks } from './storage/checks';
import { checksums } from './storage/checksums';
import { exports } from './storage/exports';
import { forks } from './storage/forks';
import { imports } from './storage/imports';
import { snapshots } from './storage/snapshots';
import { space } from './storage/space';

/** All methods, as documents show them. */
export const ROOMS: readonly Room[] = [
  sql,
  archives,
  exports,
  imports,
  snapshots,
  forks,
  space,
  checksums,
  checks,
  adoption,
  migrations,
  insights,
  metrics,
  jobs,
  fleet,
  slots,
  observation,
  canisterSettings,
];

/** Every method of the canister, by its name. */
export const METHODS = {
  ...sql.methods,
  ...archives.methods,
  ...exports.methods,
  ...imports.methods,
  ...snapshots.methods,
  ...forks.methods,
  ...space.methods,
  ...checksums.methods,
  ...checks.methods,
  ...adoption.methods,
  ...migrations.methods,
  ...insights.methods,
  ...metrics.methods,
  ...jobs.methods,
  ...fleet.methods,
  ...slots.methods,
  ...observation.methods,
  ...canisterSettings.methods,
};

export type MethodName = keyof typeof METHODS;

/** Bytes that the argument of a method may have. */
export function argumentLimitOf(name: MethodName): number {
  const method: Method = METHODS[name];
  return method.argumentLimit ?? USUAL_ARGUMENT_LIMIT;
}

type ReplyOf<Declared extends Method> = Declared extends { readonly answers: object }
  ? CandidResult<AnswerOf<Declared>>
  : AnswerOf<Declared>;

/** The canister as an agent calls it: the actor that `idlFactory` describes. */
export type TabulariumService = {
  [Name in MethodName]: (
    ...values: ArgumentsOf<(typeof METHODS)[Name]>
  ) => Promise<ReplyOf<(typeof METHODS)[Name]>>;
};
