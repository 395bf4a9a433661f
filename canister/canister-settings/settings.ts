import { Principal } from '@dfinity/principal';
import { changeText, JOB_KINDS } from '../../catalog/archives/settings';
import {
  configureCanister as configure,
  setOperators as replaceOperators,
} from '../../catalog/canister-changes';
import {
  type CanisterSettings,
  type CanisterSettingsChange,
  METRICS_AUDIENCES,
} from '../../catalog/canister-settings';
import type {
  CandidCanisterDescription,
  CandidCanisterSettings,
  CandidCanisterSettingsChange,
  CandidPrincipal,
} from '../../src/candid';
import { nativeModule } from '../../src/database';
import {
  jobIntervalsFromCandid,
  limitsFromCandid,
  limitsToCandid,
  named,
  retentionFromCandid,
  retentionToCandid,
} from '../archives/settings';
import { authoriseCanister, onCanister } from '../service/governed';
import type { Implementations } from '../service/methods';
import { fromVariant, toOptionalNumbers, toVariant } from '../service/names';
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

function configureCanister(candid: CandidCanisterSettingsChange): null {
  const change = fromCandid(candid);
  return onCanister('configure_canister', changeText(change), () => {
    configure(running().catalog, change);
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

function fromCandid(candid: CandidCanisterSettingsChange): CanisterSettingsChange {
  return {
    ...named('recoveryWindowSeconds', candid.recovery_window_seconds, Number),
    ...named('jobIntervals', candid.job_intervals, jobIntervalsFromCandid),
    ...named('snapshotRetention', candid.snapshot_retention, retentionFromCandid),
    ...named('newArchiveLimits', candid.new_archive_limits, limitsFromCandid),
    ...named('metricsAudience', candid.metrics_audience, (audience) =>
      fromVariant(METRICS_AUDIENCES, audience),
    ),
  };
}
