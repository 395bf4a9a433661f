import type { ArchiveState } from '../archives/archive';
import type { Usage } from './usage';

/** What an archive has and does. Times in nanoseconds since 1970. */
export interface ArchiveMetrics {
  readonly id: string;
  readonly slot: number;
  readonly generation: number;
  readonly state: ArchiveState;
  /** Bytes of the SQLite image. */
  readonly size: number;
  readonly sizeLimit: number | undefined;
  /** Buckets of raw stable memory. */
  readonly buckets: number;
  readonly transactionId: number;
  /** When the image's checksum was last brought up to date; undefined when it never was. */
  readonly checksummedAt: bigint | undefined;
  readonly usage: Usage;
}

/** What the canister has and does. */
export interface CanisterMetrics {
  readonly slots: number;
  readonly freeSlots: number;
  readonly stableBytes: number;
  readonly heapBytes: number;
  readonly bucketBytes: number;
  readonly allocatedBuckets: number;
  readonly freeBuckets: number;
  readonly cyclesBalance: bigint;
  /** Cycles that the canister burns a day while nothing is called; undefined when it is not known. */
  readonly idleCyclesPerDay: bigint | undefined;
  /** Below this balance the canister stops answering. */
  readonly freezingBalance: bigint;
  readonly usage: Usage;
}

export interface MetricsReport {
  readonly now: bigint;
  readonly canister: CanisterMetrics;
  readonly archives: readonly ArchiveMetrics[];
}

const DAY_SECONDS = 86_400n;

/** Seconds until an idle canister freezes; undefined when what it burns is not known. */
export function cyclesRunwaySeconds({
  cyclesBalance,
  idleCyclesPerDay,
  freezingBalance,
}: Pick<CanisterMetrics, 'cyclesBalance' | 'idleCyclesPerDay' | 'freezingBalance'>): number | undefined {
  if (idleCyclesPerDay === undefined || idleCyclesPerDay === 0n) {
    return undefined;
  }
  const spendable = cyclesBalance > freezingBalance ? cyclesBalance - freezingBalance : 0n;
  return Number((spendable * DAY_SECONDS) / idleCyclesPerDay);
}

/** Seconds since the checksum was brought up to date. */
export function checksumAgeSeconds({ checksummedAt }: ArchiveMetrics, now: bigint): number | undefined {
  return checksummedAt === undefined ? undefined : Number((now - checksummedAt) / 1_000_000_000n);
}
