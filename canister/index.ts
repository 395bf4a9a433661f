import { changesMethods } from './archives/changes';
import { creationMethods } from './archives/creation';
import { descriptionMethods } from './archives/description';
import { lifeMethods } from './archives/life';
import { listingMethods } from './archives/listing';
import { purgeMethods } from './archives/purge';
import { canisterSettingsMethods } from './canister-settings/settings';
import { fleetMethods } from './fleet/operations';
import { explainMethods } from './insights/explain';
import { insightsMethods } from './insights/insights';
import { jobsMethods } from './jobs/listing';
import { LifecycleMethods } from './lifecycle/methods';
import { metricsMethods } from './metrics/answers';
import { httpMethods } from './metrics/http';
import { migrateMethods } from './migrations/migrate';
import { migrationSetMethods } from './migrations/sets';
import { auditMethods } from './observation/audit';
import { doctorMethods } from './observation/doctor';
import { memoryMethods } from './observation/memory';
import { declaredMethods } from './service/methods';
import { slotsMethods } from './slots/slots';
import { sqlMethods } from './sql/execution';
import { adoptionMethods } from './storage/adoption';
import { checksMethods } from './storage/checks';
import { checksumsMethods } from './storage/checksums';
import { exportsMethods } from './storage/exports';
import { forksMethods } from './storage/forks';
import { importsMethods } from './storage/imports';
import { pageChecksumsMethods } from './storage/page-checksums';
import { reclaimMethods } from './storage/reclaim';
import { snapshotsMethods } from './storage/snapshots';
import { spaceMethods } from './storage/space';

/** The canister: what is declared in src/candid, each method by what answers it, concept by concept. */
export default [
  LifecycleMethods,
  declaredMethods({
    ...changesMethods,
    ...creationMethods,
    ...descriptionMethods,
    ...lifeMethods,
    ...listingMethods,
    ...purgeMethods,
    ...canisterSettingsMethods,
    ...fleetMethods,
    ...explainMethods,
    ...insightsMethods,
    ...jobsMethods,
    ...metricsMethods,
    ...httpMethods,
    ...migrateMethods,
    ...migrationSetMethods,
    ...auditMethods,
    ...doctorMethods,
    ...memoryMethods,
    ...slotsMethods,
    ...sqlMethods,
    ...adoptionMethods,
    ...checksMethods,
    ...checksumsMethods,
    ...exportsMethods,
    ...forksMethods,
    ...importsMethods,
    ...pageChecksumsMethods,
    ...reclaimMethods,
    ...snapshotsMethods,
    ...spaceMethods,
  }),
];
