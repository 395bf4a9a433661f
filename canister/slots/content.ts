import type { SlotContent } from '../../catalog/doctor/observation';
import { codeOf } from '../../catalog/error';
import { nativeModule } from '../../src/database';

/** True for a slot whose MemoryId owns no memory. */
export function isVacant(slot: number): boolean {
  return nativeModule().memorySize(slot) === 0;
}

/** What lies in a slot's memory; undefined when nothing does. Changes nothing. */
export function contentOf(slot: number): SlotContent | undefined {
  if (isVacant(slot)) {
    return undefined;
  }
  try {
    const native = nativeModule();
    const stored = native.describeSlot(slot);
    return (
      stored && {
        kind: 'archive',
        generation: stored.generation,
        size: stored.logicalSize,
        damagedImages: native.listDamagedImages(slot).length,
      }
    );
  } catch (error) {
    if (codeOf(error) === undefined) {
      throw error;
    }
    return codeOf(error) === 'SLOT_FOREIGN'
      ? foreignContent(slot)
      : { kind: 'damaged', reason: (error as Error).message };
  }
}

function foreignContent(slot: number): SlotContent {
  const { kind, layoutVersion, adoptable, fault } = nativeModule().inspectSlot(slot);
  if (adoptable) {
    return { kind: 'adoptable', layout: layoutVersion === 0 ? kind : `${kind}, layout ${layoutVersion}` };
  }
  return kind === 'unknown' ? { kind: 'foreign' } : { kind: 'damaged', reason: `${kind}: ${fault}` };
}
