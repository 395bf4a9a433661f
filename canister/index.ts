import { ArchivesMethods } from './archives/methods';
import { CanisterSettingsMethods } from './canister-settings/methods';
import { FleetMethods } from './fleet/methods';
import { InsightsMethods } from './insights/methods';
import { JobsMethods } from './jobs/methods';
import { LifecycleMethods } from './lifecycle/methods';
import { MetricsMethods } from './metrics/methods';
import { MigrationsMethods } from './migrations/methods';
import { ObservationMethods } from './observation/methods';
import { SlotsMethods } from './slots/methods';
import { SqlMethods } from './sql/methods';
import { storageMethodClasses } from './storage/methods';

/** The canister's methods, room by room. */
export default [
  LifecycleMethods,
  ArchivesMethods,
  CanisterSettingsMethods,
  SlotsMethods,
  FleetMethods,
  JobsMethods,
  SqlMethods,
  MigrationsMethods,
  InsightsMethods,
  ...storageMethodClasses,
  ObservationMethods,
  MetricsMethods,
];
