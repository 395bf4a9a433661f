const KIB = 1024;
const MIB = 1024 * KIB;

/** What the IC takes at most of a canister module. Sections are those of the project's platform reference, ic-platform.md. */
export const CanisterLimit = {
  /** Uncompressed module in bytes (A2, WASM_MAX_SIZE). */
  moduleBytes: 100 * MIB,
  /** Module and argument of an installation in one message, in bytes (A2). */
  installMessageBytes: 2 * MIB,
  /** Contents of the code section in bytes (A2: 12 MiB in 2026, 11 in October 2025, 10 in the documentation). */
  codeSectionBytes: 12 * MIB,
  /** Defined functions (A2). */
  functions: 50_000,
  /** Imported and defined globals (A2). */
  globals: 1_000,
  /** Instructions of one function (A2, WASM_FUNCTION_SIZE_LIMIT). */
  functionInstructions: 1_000_000,
  /** Weighted sum over one function (A5, WASM_FUNCTION_COMPLEXITY_LIMIT). */
  functionComplexity: 1_000_000,
  /** Exported update, query and composite query methods (A2). */
  methodExports: 1_000,
  /** Sum of their names in bytes (A2). */
  methodNameBytes: 20_000,
  /** One debug name of a function in bytes (A2). */
  functionNameBytes: MIB,
  /** Custom sections `icp:...` (A2). */
  icpSections: 16,
  /** Their contents, and their names without the prefix, in bytes (A2). */
  icpSectionBytes: MIB,
  /** Memories (A1: no multi-memory). */
  memories: 1,
  /** Initial pages of a 32-bit memory (A2). */
  memoryPages: 65_536,
  /** Initial pages of a 64-bit memory: 6 GiB (A2). */
  wideMemoryPages: (6 * KIB * MIB) / (64 * KIB),
  /** Tables (A2). */
  tables: 1,
  /** Elements of the table (A2). */
  tableElements: 1_000_000,
  /** Parameters, and results, of one function (A2, wasmparser). */
  signatureValues: 1_000,
  /** Locals of one function (A2, wasmparser). */
  locals: 50_000,
  /** An import's or export's name in bytes (A2, wasmparser). */
  nameBytes: 100_000,
  /** Data segments (A2, wasmparser). */
  dataSegments: 100_000,
} as const;
