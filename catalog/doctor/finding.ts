/** Stable codes of everything the doctor finds; docs/ERRORS.md says what each means and what to do. */
export const DIAGNOSTIC_CODES = [
  'ARCHIVE_QUARANTINED',
  'ARCHIVE_WITHOUT_STORAGE',
  'BUCKETS_NEARLY_USED',
  'BUCKETS_UNACCOUNTED',
  'BUCKET_BUDGET_REACHED',
  'COPY_DIFFERS',
  'CYCLES_LOW',
  'GENERATION_MISMATCH',
  'IMAGES_DAMAGED',
  'PURGE_DUE',
  'SIZE_LIMIT_NEAR',
  'SLOTS_NEARLY_USED',
  'SLOT_MEMORY_ADOPTABLE',
  'SLOT_MEMORY_DAMAGED',
  'SLOT_MEMORY_FOREIGN',
  'SLOT_MEMORY_ORPHANED',
  'SLOT_RECORD_DAMAGED',
  'UNKNOWN_MEMORY',
] as const;
export type DiagnosticCode = (typeof DIAGNOSTIC_CODES)[number];

/** Error: data are in doubt. Warning: something will be refused soon. Notice: worth knowing. */
export type Severity = 'error' | 'warning' | 'notice';

export interface Finding {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  /** Undefined for what is about the whole canister. */
  readonly memoryId: number | undefined;
  /** The archive's `id@generation`. */
  readonly archive: string | undefined;
  /** What was found and what to do. */
  readonly message: string;
}
