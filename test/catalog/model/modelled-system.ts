import type { SlotState } from '../../../catalog/archives/archive';
import type { SlotPlan } from '../../../catalog/slots/slot-plan';
import type { Life } from './reference-model';
import type { Call, Outcome } from './request';

/** An archive as the system tells it. */
export interface ArchiveView {
  readonly id: string;
  readonly generation: number;
  readonly slot: number;
  readonly owner: string;
  readonly writers: readonly string[];
  readonly readers: readonly string[];
  readonly publicRead: boolean;
  readonly life: Life;
}

/** A slot as the system tells it. */
export interface SlotView {
  readonly slot: number;
  readonly state: SlotState;
  readonly id: string | undefined;
}

/** All archives, deleted ones too, and all slots, both by slot. */
export interface SystemView {
  readonly archives: readonly ArchiveView[];
  readonly slots: readonly SlotView[];
}

/** What is held against the model: the catalog alone, or the canister. */
export interface ModelledSystem {
  readonly plan: SlotPlan;
  /** From how many changes of stable memory the place of a trap is drawn. */
  readonly trapPlaces: number;
  /** What ending an import is refused with where none is under way. */
  readonly noImport: string;
  /** Nanoseconds since 1970. */
  now(): Promise<bigint>;
  /** Lets time pass. */
  pass(seconds: number): Promise<void>;
  perform(call: Call): Promise<Outcome>;
  /** @param trapping the upgrade is to fail, which leaves everything as it is */
  upgrade(trapping: boolean): Promise<void>;
  /** Lets what runs by itself run to its end. Returns the generations that have a slot then. */
  settle(): Promise<readonly number[]>;
  view(): Promise<SystemView>;
}
