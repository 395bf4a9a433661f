import type { CanisterSettings } from '../canister-settings';
import type { SlotPlan } from '../slots/slot-plan';
import { CATALOG_RECORD } from './catalog-kind';
import { encodeRecord, Fields } from './fields';
import { canisterSettingsOf } from './settings-fields';

const FORMAT = 'tabularium-catalog';
const WHERE = 'the header';

/** What the catalog knows besides its slots. */
export interface CatalogHeader {
  readonly plan: SlotPlan;
  /** The generation that the next archive gets. Counting never goes back, so a reference never fits twice. */
  readonly nextGeneration: number;
  /** How many tombstones there are. */
  readonly tombstones: number;
  /** Textual principals who look after all archives without reading rows. */
  readonly operators: readonly string[];
  readonly settings: CanisterSettings;
}

export function encodeHeader(header: CatalogHeader): string {
  return encodeRecord(CATALOG_RECORD, { format: FORMAT, ...header });
}

/** @throws {CatalogError} CATALOG_DAMAGED, CATALOG_VERSION_UNSUPPORTED */
export function decodeHeader(text: string): CatalogHeader {
  const fields = Fields.parse(CATALOG_RECORD, WHERE, text);
  if (fields.optionalText('format') !== FORMAT) {
    throw fields.damaged('it is not a catalog');
  }
  const plan = fields.object('plan');
  return {
    plan: { first: plan.natural('first'), last: plan.natural('last'), anchor: plan.natural('anchor') },
    nextGeneration: fields.natural('nextGeneration'),
    tombstones: fields.natural('tombstones'),
    operators: fields.texts('operators'),
    settings: canisterSettingsOf(fields.object('settings')),
  };
}
