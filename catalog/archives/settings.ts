import { CatalogError } from '../error';

/** Kinds of recurring work on an archive. */
export const JOB_KINDS = ['checksum', 'quick-check', 'snapshot', 'compaction'] as const;
export type JobKind = (typeof JOB_KINDS)[number];

/** Seconds between two runs by kind; 0 switches a kind off, an absent one follows the canister's. */
export type JobIntervals = Readonly<Partial<Record<JobKind, number>>>;

/** Which automatic snapshots are kept: the newest `keepLast`, and all that are younger than `keepForSeconds`. */
export interface SnapshotRetention {
  readonly keepLast: number;
  readonly keepForSeconds: number;
}

/** What an owner may choose. */
export interface ArchiveSettings {
  readonly deleteProtection: boolean;
  /** How long a deleted archive can be recovered; the canister's when absent. */
  readonly recoveryWindowSeconds: number | undefined;
  readonly jobIntervals: JobIntervals;
  /** The canister's when absent. */
  readonly snapshotRetention: SnapshotRetention | undefined;
}

/** Most that one call may take; a bound that is absent does not hold. */
export const BUDGET_KINDS = [
  'instructions',
  'rows',
  'resultBytes',
  'sqlBytes',
  'parameters',
  'dirtyPages',
] as const;
export type BudgetKind = (typeof BUDGET_KINDS)[number];
export type Budgets = Readonly<Partial<Record<BudgetKind, number>>>;

/** What only a controller may choose, since it protects the other tenants. */
export interface ArchiveLimits {
  /** Bytes of the SQLite image that a transaction may leave behind. */
  readonly sizeLimit: number | undefined;
  /** Buckets of raw stable memory that the slot may own. */
  readonly bucketBudget: number | undefined;
  readonly budgets: Budgets;
}

export const DEFAULT_ARCHIVE_SETTINGS: ArchiveSettings = {
  deleteProtection: false,
  recoveryWindowSeconds: undefined,
  jobIntervals: {},
  snapshotRetention: undefined,
};

export const NO_LIMITS: ArchiveLimits = { sizeLimit: undefined, bucketBudget: undefined, budgets: {} };

/** What is to change of numbers by name: one that is undefined is absent again. */
export type NumbersChange<Name extends string> = Readonly<Partial<Record<Name, number | undefined>>>;

/** What is to change of settings: what is left out stays, and what is undefined follows the canister's again. */
export interface SettingsChange extends Partial<Omit<ArchiveSettings, 'jobIntervals'>> {
  readonly jobIntervals?: NumbersChange<JobKind>;
}

/** What is to change of limits: what is left out stays, and what is undefined is lifted. */
export interface LimitsChange extends Partial<Omit<ArchiveLimits, 'budgets'>> {
  readonly budgets?: NumbersChange<BudgetKind>;
}

export function changedSettings(settings: ArchiveSettings, change: SettingsChange): ArchiveSettings {
  const jobIntervals = changedNumbers(settings.jobIntervals, change.jobIntervals);
  return { ...settings, ...change, jobIntervals };
}

export function changedLimits(limits: ArchiveLimits, change: LimitsChange): ArchiveLimits {
  return { ...limits, ...change, budgets: changedNumbers(limits.budgets, change.budgets) };
}

/** A change as JSON, in which `null` stands for what it makes absent. */
export function changeText(change: object): string {
  return JSON.stringify(change, (_, value: unknown) => value ?? null);
}

export function changedNumbers<Name extends string>(
  numbers: Readonly<Partial<Record<Name, number>>>,
  change: NumbersChange<Name> | undefined,
): Partial<Record<Name, number>> {
  const all = Object.entries<number | undefined>({ ...numbers, ...change });
  return Object.fromEntries(all.filter(([, value]) => value !== undefined)) as Partial<Record<Name, number>>;
}

/** The sizes that SQLite accepts; 4,096 is the unit in which the IC charges for written memory. */
export const DEFAULT_PAGE_SIZE = 4_096;
const SMALLEST_PAGE_SIZE = 512;
const LARGEST_PAGE_SIZE = 65_536;

const DAY_SECONDS = 86_400;
const SHORTEST_INTERVAL_SECONDS = 600;
const LONGEST_SECONDS = 10 * 366 * DAY_SECONDS;
const LONGEST_RECOVERY_SECONDS = 366 * DAY_SECONDS;
const MOST_SNAPSHOTS = 1_000;
/** What the memory manager can count. */
const MOST_BUCKETS = 32_768;

/** @throws {CatalogError} INVALID_SETTING */
export function assertPageSize(bytes: number): void {
  const isPowerOfTwo = Number.isInteger(Math.log2(bytes));
  if (!isPowerOfTwo || bytes < SMALLEST_PAGE_SIZE || bytes > LARGEST_PAGE_SIZE) {
    throw new CatalogError(
      'INVALID_SETTING',
      `a page size is a power of two from ${SMALLEST_PAGE_SIZE} to ${LARGEST_PAGE_SIZE} bytes, not ${bytes}`,
    );
  }
}

/** @throws {CatalogError} INVALID_SETTING */
export function assertSettings(settings: ArchiveSettings): void {
  assertRecoveryWindow(settings.recoveryWindowSeconds);
  assertJobIntervals(settings.jobIntervals);
  assertRetention(settings.snapshotRetention);
}

/** @throws {CatalogError} INVALID_SETTING */
export function assertLimits(limits: ArchiveLimits): void {
  assertWithin('the size limit in bytes', limits.sizeLimit, 1, Number.MAX_SAFE_INTEGER);
  assertWithin('the bucket budget', limits.bucketBudget, 1, MOST_BUCKETS);
  for (const kind of BUDGET_KINDS) {
    assertWithin(`the budget of ${kind}`, limits.budgets[kind], 1, Number.MAX_SAFE_INTEGER);
  }
}

/** @throws {CatalogError} INVALID_SETTING */
export function assertRecoveryWindow(seconds: number | undefined): void {
  assertWithin('the recovery window in seconds', seconds, 0, LONGEST_RECOVERY_SECONDS);
}

/** @throws {CatalogError} INVALID_SETTING */
export function assertJobIntervals(intervals: JobIntervals): void {
  for (const kind of JOB_KINDS) {
    const seconds = intervals[kind];
    if (seconds !== 0) {
      assertWithin(`the interval of ${kind} in seconds`, seconds, SHORTEST_INTERVAL_SECONDS, LONGEST_SECONDS);
    }
  }
}

/** @throws {CatalogError} INVALID_SETTING */
export function assertRetention(retention: SnapshotRetention | undefined): void {
  assertWithin('the number of snapshots to keep', retention?.keepLast, 0, MOST_SNAPSHOTS);
  assertWithin('the age of snapshots to keep in seconds', retention?.keepForSeconds, 0, LONGEST_SECONDS);
}

function assertWithin(what: string, value: number | undefined, low: number, high: number): void {
  if (value !== undefined && !(Number.isSafeInteger(value) && value >= low && value <= high)) {
    throw new CatalogError(
      'INVALID_SETTING',
      `${what} is a whole number from ${low} to ${high}, not ${value}`,
    );
  }
}
