import { changeText, type SettingsChange } from '../archives/settings';

/** A change of settings as the argument of a fleet operation. */
export function configurationArgument(change: SettingsChange): string {
  return changeText({ change });
}

/** What the first release had in an argument: all settings, but those that follow the canister's. */
const ALL_FOLLOW: SettingsChange = {
  recoveryWindowSeconds: undefined,
  jobIntervals: { checksum: undefined, 'quick-check': undefined, snapshot: undefined, compaction: undefined },
  snapshotRetention: undefined,
};

/** The change in an argument, which the operation may have had since before an upgrade. */
export function configurationIn(argument: string): SettingsChange {
  const { change, ...all } = absentForNull(JSON.parse(argument)) as SettingsChange & {
    readonly change?: SettingsChange;
  };
  return (
    change ?? { ...ALL_FOLLOW, ...all, jobIntervals: { ...ALL_FOLLOW.jobIntervals, ...all.jobIntervals } }
  );
}

/** JSON has no undefined, which is what a change makes absent. */
function absentForNull(value: unknown): unknown {
  if (value === null) {
    return undefined;
  }
  return typeof value === 'object'
    ? Object.fromEntries(Object.entries(value).map(([name, part]) => [name, absentForNull(part)]))
    : value;
}
