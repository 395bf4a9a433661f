import { Principal } from '@dfinity/principal';
import { type CanisterSettings, defaultSettings, type LogVisibility } from '../canister/canister-settings';

type Visibility = { controllers: null } | { public: null } | { viewers: Uint8Array[] };

type VisibilitySetting = 'logVisibility' | 'snapshotVisibility' | 'statusVisibility';

/** A canister's settings as plain data. */
export interface SettingsState
  extends Omit<CanisterSettings, 'controllers' | VisibilitySetting | 'minimumIncomingCanisterCallCycles'> {
  readonly controllers: Uint8Array[];
  readonly logVisibility: Visibility;
  readonly snapshotVisibility: Visibility;
  /** States that were written before the IC had the setting lack it, and the next. */
  readonly statusVisibility?: Visibility;
  readonly minimumIncomingCanisterCallCycles?: bigint;
}

export function saveSettings(settings: CanisterSettings): SettingsState {
  return {
    ...settings,
    controllers: settings.controllers.map((controller) => controller.toUint8Array()),
    logVisibility: saveVisibility(settings.logVisibility),
    snapshotVisibility: saveVisibility(settings.snapshotVisibility),
    statusVisibility: saveVisibility(settings.statusVisibility),
  };
}

export function restoreSettings(settings: SettingsState): CanisterSettings {
  const controllers = settings.controllers.map((controller) => Principal.fromUint8Array(controller));
  const defaults = defaultSettings(controllers);
  return {
    ...defaults,
    ...settings,
    controllers,
    logVisibility: restoreVisibility(settings.logVisibility),
    snapshotVisibility: restoreVisibility(settings.snapshotVisibility),
    statusVisibility: restoreVisibility(
      settings.statusVisibility ?? saveVisibility(defaults.statusVisibility),
    ),
  };
}

function saveVisibility(visibility: LogVisibility): Visibility {
  if (!('allowedViewers' in visibility)) return visibility;
  return { viewers: visibility.allowedViewers.map((viewer) => viewer.toUint8Array()) };
}

function restoreVisibility(visibility: Visibility): LogVisibility {
  if (!('viewers' in visibility)) return visibility;
  return { allowedViewers: visibility.viewers.map((viewer) => Principal.fromUint8Array(viewer)) };
}
