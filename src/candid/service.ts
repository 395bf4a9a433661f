import type { IDL } from '@dfinity/candid';
import { type ArchivesService, archivesMethods } from './archives';
import { type CanisterSettingsService, canisterSettingsMethods } from './canister-settings';
import { type FleetService, fleetMethods } from './fleet';
import type { IdlModule } from './idl';
import { type InsightsService, insightsMethods } from './insights';
import { type JobsService, jobsMethods } from './jobs';
import { installOptions } from './lifecycle';
import type { MethodSignature } from './method';
import { type MetricsService, metricsMethods } from './metrics';
import { type MigrationsService, migrationsMethods } from './migrations';
import { type ObservationService, observationMethods } from './observation';
import { type SlotsService, slotsMethods } from './slots';
import { type SqlService, sqlMethods } from './sql';
import { type StorageService, storageMethods } from './storage';

/** The actor that {@link idlFactory} describes. */
export interface TabulariumService
  extends ArchivesService,
    CanisterSettingsService,
    SlotsService,
    FleetService,
    JobsService,
    SqlService,
    MigrationsService,
    InsightsService,
    StorageService,
    ObservationService,
    MetricsService {}

/** The service's interface for an agent or PocketIC: `createActor(idlFactory, …)`. */
export const idlFactory: IDL.InterfaceFactory = ({ IDL }) => {
  const methods: Record<string, MethodSignature> = {
    ...archivesMethods(IDL),
    ...canisterSettingsMethods(IDL),
    ...slotsMethods(IDL),
    ...fleetMethods(IDL),
    ...jobsMethods(IDL),
    ...sqlMethods(IDL),
    ...migrationsMethods(IDL),
    ...insightsMethods(IDL),
    ...storageMethods(IDL),
    ...observationMethods(IDL),
    ...metricsMethods(IDL),
  };
  const functions = Object.entries(methods).map(([name, { mode, parameters, result }]) => {
    return [name, IDL.Func(parameters, [result], mode === 'query' ? ['query'] : [])] as const;
  });
  return IDL.Service(Object.fromEntries(functions));
};

/** The type of the install argument and of the upgrade argument. */
export const init = ({ IDL }: { IDL: IdlModule }): IDL.Type[] => [installOptions(IDL)];
