/** A build of SQLite as a WebAssembly module with JavaScript glue. Another build takes its place by another descriptor. */
export interface EngineDescriptor {
  /** Package as it is installed. */
  readonly packageName: string;
  /** The exact version that was audited. */
  readonly version: string;
  /** `SQLITE_VERSION` of the build. */
  readonly sqliteVersion: string;
  readonly wasm: AuditedFile;
  readonly glue: AuditedFile;
  /** Finds out, from the glue's text, what the module's minified imports and exports are called. */
  readonly readNames: (glue: string) => EngineNames;
  /**
   * Whether an import (by its name without underscores) only relays a call to objects that JavaScript registered before. None does
   * here, so the link lets such a call end in `engine_abort_js`, and native code need not answer it.
   */
  readonly isRelay: (importName: string) => boolean;
  readonly stack: StackSymbols;
  /** C name of the function that returns the upper half of the last 64-bit result, where exports are narrowed to 32 bits. */
  readonly upperHalf: string;
  /** Third-party software inside the module. */
  readonly parts: readonly SoftwarePart[];
}

/** A file inside a package, with the SHA-256 (hexadecimal) of what was audited. */
export interface AuditedFile {
  readonly path: string;
  readonly sha256: string;
}

export interface EngineNames {
  /** C name, by the export's name in the module. */
  readonly exports: ReadonlyMap<string, string>;
  /** Name of the function that the glue answers with, without leading underscores, by the import's name in the module. */
  readonly imports: ReadonlyMap<string, string>;
}

/** Exports by which the link recognises the engine's stack pointer, and what the compiler assumes about the stack. */
export interface StackSymbols {
  /** C name of a function `() -> i32` that returns the stack pointer and does nothing else. */
  readonly current: string;
  /** Bytes of the stack as the engine was linked (Emscripten's STACK_SIZE), right below its heap. */
  readonly bytes: number;
  /** Bytes below the stack pointer that a leaf function may use without moving it. */
  readonly redZone: number;
}

/** Third-party software inside a module. */
export interface SoftwarePart {
  readonly name: string;
  readonly version?: string;
  /** SPDX identifier, or what takes its place. */
  readonly license: string;
  /** Where it comes from. */
  readonly source: string;
  /** The licence text: a file of the installed package, or one that is kept in src/link/notices because no package has it. */
  readonly text: { readonly from: 'package' | 'notices'; readonly file: string };
}
