import { Principal } from '@dfinity/principal';
import { JOB_KINDS } from '../../catalog/archives/settings';
import {
  configureCanister as configure,
  setOperators as replaceOperators,
} from '../../catalog/canister-changes';
import { type CanisterSettings, METRICS_AUDIENCES } from '../../catalog/canister-settings';
import type { CandidCanisterDescription, CandidCanisterSettings, CandidPrincipal } from '../../src/candid';
import { nativeModule } from '../../src/database';
import {
  limitsFromCandid,
  limitsToCandid,
  retentionFromCandid,
  retentionToCandid,
} from '../archives/settings';
import { authoriseCanister, onCanister } from '../service/governed';
import type { Implementations } from '../service/methods';
import { fromOptionalNumbers, fromVariant, toOptionalNumbers, toVariant } from '../service/names';
import { running } from '../service/service';

export const canisterSettingsMethods = {
  describe_canister: describeCanister,
  configure_canister: configureCanister,
  set_operators: setOperators,
} satisfies Implementations;

function describeCanister(): CandidCanisterDescription {
  authoriseCanister('describe_canister');
  const { catalog } = running();
  return {
    slots: catalog.plan,
    archives: catalog.countArchives(),
    next_generation: BigInt(catalog.nextGeneration),
    tombstones: BigInt(catalog.tombstones),
    operators: catalog.operators.map((operator) => Principal.fromText(operator)),
    settings: toCandid(catalog.settings),
    engine_version: nativeModule().engineVersion,
  };
}

function configureCanister(candid: CandidCanisterSettings): null {
  const settings = fromCandid(candid);
  return onCanister('configure_canister', JSON.stringify(settings), () => {
    configure(running().catalog, settings);
    return null;
  });
}

function setOperators(operators: readonly CandidPrincipal[]): null {
  const texts = operators.map((operator) => operator.toText());
  return onCanister('set_operators', texts.join(', '), () => {
    replaceOperators(running().catalog, texts);
    return null;
  });
}

function toCandid(settings: CanisterSettings): CandidCanisterSettings {
  return {
    recovery_window_seconds: BigInt(settings.recoveryWindowSeconds),
    job_intervals: toOptionalNumbers(JOB_KINDS, settings.jobIntervals),
    snapshot_retention: retentionToCandid(settings.snapshotRetention),
    new_archive_limits: limitsToCandid(settings.newArchiveLimits),
    metrics_audience: toVariant(settings.metricsAudience),
  };
}

function fromCandid(candid: CandidCanisterSettings): CanisterSettings {
  return {
    recoveryWindowSeconds: Number(candid.recovery_window_seconds),
    jobIntervals: fromOptionalNumbers(JOB_KINDS, candid.job_intervals),
    snapshotRetention: retentionFromCandid(candid.snapshot_retention),
    newArchiveLimits: limitsFromCandid(candid.new_archive_limits),
    metricsAudience: fromVariant(METRICS_AUDIENCES, candid.metrics_audience),
  };
}
