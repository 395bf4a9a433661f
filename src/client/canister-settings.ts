import type { CandidCanisterDescription, CandidPrincipal, TabulariumService } from '../candid';
import { unwrap } from './error';
import { type CanisterSettingsChange, toCanisterSettingsChange } from './settings-change';

/**
 * The canister as a whole: controllers change it, and operators may look. All methods throw `TabulariumError` when the
 * canister refuses.
 */
export class CanisterSettingsClient {
  readonly #service: TabulariumService;

  constructor(service: TabulariumService) {
    this.#service = service;
  }

  async describe(): Promise<CandidCanisterDescription> {
    return unwrap(await this.#service.describe_canister());
  }

  /** What `change` leaves out stays. */
  async configure(change: CanisterSettingsChange): Promise<void> {
    unwrap(await this.#service.configure_canister(toCanisterSettingsChange(change)));
  }

  /** Replaces the principals who look after all archives without running SQL. */
  async setOperators(operators: readonly CandidPrincipal[]): Promise<void> {
    unwrap(await this.#service.set_operators([...operators]));
  }
}
