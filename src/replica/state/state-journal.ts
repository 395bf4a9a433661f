import { ReplicaError } from '../errors';
import type { Subnet } from '../subnet/subnet';
import { FrameWriter } from './frames';
import { readSegment, type SavedState } from './segment-reader';
import { type Commit, SegmentWriter } from './segment-writer';
import type { StateFiles } from './state-files';

const SEGMENT = /^state-(\d{8})\.log$/;
const UNFINISHED = '.new';
/** Bytes of changes; a segment whose first state is larger takes as many as that. */
const SMALLEST_GROWTH = 64 * 2 ** 20;

/**
 * A subnet's state in a folder: one segment, which begins with a whole state and goes on with what each message changed. When the changes
 * outgrow the state, a new segment takes over. Whenever the process ends, the folder holds the state after the last commit that was written
 * whole.
 */
export class StateJournal {
  private segment: SegmentWriter | undefined;
  private base = 0;
  private number: number;
  private unsynced = false;

  private constructor(
    private readonly files: StateFiles,
    /** What the folder held when it was opened. */
    readonly saved: SavedState | undefined,
    number: number,
    private readonly smallestGrowth: number,
  ) {
    this.number = number;
  }

  /**
   * @param smallestGrowth bytes of changes that a segment takes at least before the next one is begun
   * @throws ReplicaError when the folder holds a state that cannot be read
   */
  static open(files: StateFiles, smallestGrowth = SMALLEST_GROWTH): StateJournal {
    const numbers = files
      .list()
      .flatMap((name) => SEGMENT.exec(name)?.slice(1) ?? [])
      .map(Number);
    if (numbers.length === 0) return new StateJournal(files, undefined, 0, smallestGrowth);
    const latest = Math.max(...numbers);
    const saved = readSegment(files, segmentName(latest));
    if (saved) return new StateJournal(files, saved, latest, smallestGrowth);
    throw new ReplicaError(
      'STATE_DAMAGED',
      `${files.path(segmentName(latest))} is damaged from its beginning: put a copy of the folder in its place, or move the folder away to start with an empty network`,
    );
  }

  /**
   * Saves what has changed since the commit before. It is safe from the process's end when this returns, and from a loss of power after `sync`.
   * @param changed records that have changed; undefined for one that was removed
   * @param all every record, for the beginning of a segment
   */
  commit(subnet: Subnet, changed: Commit['records'], all: () => Commit['records']): void {
    const { segment } = this;
    if (!segment || segment.written - this.base > Math.max(this.base, this.smallestGrowth)) {
      this.begin(subnet, all());
      return;
    }
    segment.commit(subnet, changed);
    this.unsynced = true;
  }

  sync(): void {
    if (this.unsynced) this.segment?.sync();
    this.unsynced = false;
  }

  close(): void {
    this.sync();
    this.segment?.close();
    this.segment = undefined;
  }

  /** Writes a segment under another name first, so that the one before counts until the new one is whole. */
  private begin(subnet: Subnet, records: Commit['records']): void {
    const name = segmentName(++this.number);
    const segment = new SegmentWriter(new FrameWriter(this.files.create(name + UNFINISHED)));
    segment.commit(subnet, records);
    segment.sync();
    this.files.rename(name + UNFINISHED, name);
    this.segment?.close();
    this.segment = segment;
    this.base = segment.written;
    this.unsynced = false;
    for (const other of this.files.list()) {
      const isSegment = SEGMENT.test(other) || other.endsWith(UNFINISHED);
      if (isSegment && other !== name) this.files.remove(other);
    }
  }
}

function segmentName(number: number): string {
  return `state-${String(number).padStart(8, '0')}.log`;
}
