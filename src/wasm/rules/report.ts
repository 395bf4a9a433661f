/** Stable names of the IC's rules on canister modules. */
export type CanisterRule =
  | 'malformed-module'
  | 'module-size'
  | 'import-module'
  | 'import-kind'
  | 'import-name'
  | 'import-signature'
  | 'memory-count'
  | 'memory-size'
  | 'memory-shared'
  | 'table-count'
  | 'table-size'
  | 'table-type'
  | 'table-instruction'
  | 'unknown-instruction'
  | 'constant-expression'
  | 'data-offset'
  | 'data-bounds'
  | 'data-count'
  | 'global-count'
  | 'global-type'
  | 'function-count'
  | 'function-signature'
  | 'function-locals'
  | 'function-size'
  | 'function-complexity'
  | 'function-name'
  | 'code-size'
  | 'export-name'
  | 'export-reserved'
  | 'export-type'
  | 'export-duplicate'
  | 'export-count'
  | 'export-name-length'
  | 'export-memory'
  | 'export-table'
  | 'name-length'
  | 'icp-section-name'
  | 'icp-section-duplicate'
  | 'icp-section-count'
  | 'icp-section-size';

export interface Violation {
  readonly rule: CanisterRule;
  /** What is wrong, with the value found and the one allowed. */
  readonly message: string;
}

/** A function and a measure of it. */
export interface FunctionMeasure {
  /** Function index, imports included; -1 in a module without functions. */
  readonly index: number;
  /** Debug name, if the module has one. */
  readonly name: string | undefined;
  readonly value: number;
}

/** What was measured. */
export interface CanisterFacts {
  readonly moduleBytes: number;
  /** Imported names, each once, as `module.name`, in order of appearance. */
  readonly imports: readonly string[];
  readonly memories: number;
  /** Initial memory in 64 KiB pages. */
  readonly memoryPages: number;
  readonly wideMemory: boolean;
  /** End of the highest active data segment in bytes. */
  readonly dataEnd: number;
  readonly dataSegments: number;
  readonly tables: number;
  /** Initial table size. */
  readonly tableElements: number;
  /** Defined functions. */
  readonly functions: number;
  readonly globals: number;
  readonly codeSectionBytes: number;
  /** Function with most instructions. */
  readonly largestFunction: FunctionMeasure;
  /** Function with the highest complexity. */
  readonly mostComplexFunction: FunctionMeasure;
  /** Instructions of all functions. */
  readonly instructions: number;
  /** Uses of table.set, table.grow, table.fill, table.copy and table.init. */
  readonly bannedTableInstructions: number;
  /** Exported update, query and composite query methods. */
  readonly methods: readonly string[];
  readonly methodNameBytes: number;
  readonly memoryExports: number;
  readonly tableExports: number;
  readonly hasStart: boolean;
  readonly hasMutableVectorGlobal: boolean;
  readonly icpSections: readonly string[];
  readonly icpSectionBytes: number;
}

export interface CanisterReport {
  readonly violations: readonly Violation[];
  readonly facts: CanisterFacts;
}

/** Collects violations while the checks run. */
export class Violations {
  readonly list: Violation[] = [];

  add(rule: CanisterRule, message: string): void {
    this.list.push({ rule, message });
  }

  /** Adds a violation when `value` is above `limit`. */
  limit(rule: CanisterRule, what: string, value: number, limit: number): void {
    if (value > limit) this.add(rule, `${what}: ${value}, allowed are ${limit}`);
  }
}
