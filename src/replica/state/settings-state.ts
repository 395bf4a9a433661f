import { Principal } from '@dfinity/principal';
import type { CanisterSettings, LogVisibility } from '../canister/canister-settings';

type Visibility = { controllers: null } | { public: null } | { viewers: Uint8Array[] };

/** A canister's settings as plain data. */
export interface SettingsState
  extends Omit<CanisterSettings, 'controllers' | 'logVisibility' | 'snapshotVisibility'> {
  readonly controllers: Uint8Array[];
  readonly logVisibility: Visibility;
  readonly snapshotVisibility: Visibility;
}

export function saveSettings(settings: CanisterSettings): SettingsState {
  return {
    ...settings,
    controllers: settings.controllers.map((controller) => controller.toUint8Array()),
    logVisibility: saveVisibility(settings.logVisibility),
    snapshotVisibility: saveVisibility(settings.snapshotVisibility),
  };
}

export function restoreSettings(settings: SettingsState): CanisterSettings {
  return {
    ...settings,
    controllers: settings.controllers.map((controller) => Principal.fromUint8Array(controller)),
    logVisibility: restoreVisibility(settings.logVisibility),
    snapshotVisibility: restoreVisibility(settings.snapshotVisibility),
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
