import type { Archive } from '../../catalog/archives/archive';
import { changeSettings } from '../../catalog/archives/changes';
import type { ArchiveSettings } from '../../catalog/archives/settings';
import type { StepOutcome } from '../../catalog/operations/work';
import { running } from '../service/service';

/** Gives an archive the settings in the operation's argument. */
export function configure(archive: Archive, _progress: string, argument: string): StepOutcome {
  changeSettings(running().catalog, archive, settingsIn(argument));
  return { kind: 'done', message: '' };
}

/** Settings as the argument of a fleet operation. */
export function configureArgument(settings: ArchiveSettings): string {
  return JSON.stringify(settings);
}

/** What JSON left out follows the canister's settings. */
function settingsIn(argument: string): ArchiveSettings {
  const absent = { recoveryWindowSeconds: undefined, snapshotRetention: undefined };
  return { ...absent, ...(JSON.parse(argument) as ArchiveSettings) };
}
