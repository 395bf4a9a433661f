import {
  type CandidFleetChange,
  type CandidFleetOperation,
  type CandidFleetPlan,
  type CandidFleetReport,
  type CandidFleetSelection,
  optional,
  type TabulariumService,
} from '../candid';
import { unwrap } from './error';
import { type JobKind, jobKind } from './job-kind';
import { type SettingsChange, toSettingsChange } from './settings-change';

/** Which archives an operation is for: all that have an id, those with a label, or those named. */
export type FleetSelection =
  | 'all'
  | { readonly label: { readonly key: string; readonly value?: string } }
  | { readonly archives: readonly string[] };

/** How an operation goes about. */
export interface FleetPlan {
  /** `all` when absent. */
  readonly selection?: FleetSelection;
  /** Archives that go first; a failure among them stops the operation. */
  readonly canaries?: readonly string[];
  /** Whether it waits after the canaries until somebody resumes it. */
  readonly pauseAfterCanaries?: boolean;
  /** Failures behind the canaries with which it goes on; none when absent. */
  readonly toleratedFailures?: number;
}

/**
 * Operations on many archives, one operation at a time, over as many messages as they take and over upgrades. A start is
 * answered at once, and timers do the work: {@link describe} tells how far it is. Operators may start upkeep, resume,
 * cancel and look; changes are for controllers. All methods throw `TabulariumError` when the canister refuses.
 */
export class FleetClient {
  readonly #service: TabulariumService;

  constructor(service: TabulariumService) {
    this.#service = service;
  }

  /** Has a recurring job done out of turn. */
  async startUpkeep(kind: JobKind, plan: FleetPlan = {}): Promise<CandidFleetOperation> {
    return unwrap(await this.#service.start_fleet_upkeep(jobKind(kind), toCandidPlan(plan)));
  }

  /** Changes these settings of the archives; what `change` leaves out stays in each as it is. */
  async startConfiguration(change: SettingsChange, plan: FleetPlan = {}): Promise<CandidFleetOperation> {
    return this.#startChange({ Configure: toSettingsChange(change) }, plan);
  }

  /** Brings the archives up to a version of an uploaded set of migrations, the newest unless one is named. */
  startMigration(
    set: string,
    plan: FleetPlan = {},
    { to }: { readonly to?: number } = {},
  ): Promise<CandidFleetOperation> {
    const version = to === undefined ? undefined : BigInt(to);
    return this.#startChange({ Migrate: { set, to: optional(version) } }, plan);
  }

  /** Goes on with an operation that waits after its canaries, or that failures stopped. */
  async resume(number: bigint): Promise<CandidFleetOperation> {
    return unwrap(await this.#service.resume_fleet_operation(number));
  }

  /** Ends an operation; what it did stays done. */
  async cancel(number: bigint): Promise<CandidFleetOperation> {
    return unwrap(await this.#service.cancel_fleet_operation(number));
  }

  /** An operation, with a result for each archive that it is through with. */
  async describe(number: bigint): Promise<CandidFleetReport> {
    return unwrap(await this.#service.describe_fleet_operation(number));
  }

  /** The last 8, the newest first. */
  async list(): Promise<CandidFleetOperation[]> {
    return unwrap(await this.#service.list_fleet_operations());
  }

  async #startChange(change: CandidFleetChange, plan: FleetPlan): Promise<CandidFleetOperation> {
    return unwrap(await this.#service.start_fleet_change(change, toCandidPlan(plan)));
  }
}

function toCandidPlan(plan: FleetPlan): CandidFleetPlan {
  const { selection = 'all', canaries = [], pauseAfterCanaries = false, toleratedFailures = 0 } = plan;
  return {
    selection: toCandidSelection(selection),
    canaries: [...canaries],
    pause_after_canaries: pauseAfterCanaries,
    tolerated_failures: toleratedFailures,
  };
}

function toCandidSelection(selection: FleetSelection): CandidFleetSelection {
  if (selection === 'all') return { All: null };
  if ('archives' in selection) return { Named: [...selection.archives] };
  const { key, value } = selection.label;
  return { Label: { key, value: optional(value) } };
}
