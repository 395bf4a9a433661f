import type { Archive, ArchiveLife } from '../archives/archive';

/** What the head of an archive's record says. */
export interface ArchiveHead {
  readonly slot: number;
  readonly id: string;
  readonly generation: number;
  readonly state: ArchiveLife['state'];
}

/** An archive of which the record's head is known; the body is decoded when the archive is first asked for. */
export interface ArchiveCell extends ArchiveHead {
  readonly kind: 'archive';
  readonly body: string;
  archive: Archive | undefined;
}

export function cellWith(archive: Archive): ArchiveCell {
  const { slot, id, generation, life } = archive;
  return { kind: 'archive', slot, id, generation, state: life.state, body: '', archive };
}
