import type { AuditedFile, SoftwarePart } from '../engine/descriptor';

/** Azle's canister template: QuickJS, Azle's runtime in Rust, and places where a canister's JavaScript is put in. */
export interface AzleDescriptor {
  readonly packageName: string;
  readonly version: string;
  readonly template: AuditedFile;
  /** Azle's module that encodes and decodes Candid, for which src/codec/azle.ts stands in. */
  readonly serde: AuditedFile;
  /** Azle's list of the Rust crates in its templates. */
  readonly licenseList: string;
  /** Third-party software in the template that the list does not have. */
  readonly parts: readonly SoftwarePart[];
}

export const azle: AzleDescriptor = {
  packageName: 'azle',
  version: '0.33.0',
  template: {
    path: 'dist/canister_templates/stable.wasm',
    sha256: 'fa87d4ae38c8ce4ebc49f3cb05d0d3b1276eab19c5d26705d65fbf6e1c162806',
  },
  serde: {
    path: 'src/stable/lib/execute_and_reply_with_candid_serde.ts',
    sha256: 'ade07ec621daf30db4cc084bed6bc90f7a6986e1d067fe6288414b6f23c10860',
  },
  licenseList: 'dist/canister_templates/licenses.yml',
  parts: [
    {
      name: 'Azle',
      version: '0.33.0',
      license: 'MIT',
      source: 'https://github.com/demergent-labs/azle',
      text: { from: 'package', file: 'LICENSE' },
    },
    {
      name: 'Azle, portions by others',
      license: 'Apache-2.0',
      source: 'https://github.com/demergent-labs/azle/blob/main/NOTICE',
      text: { from: 'package', file: 'NOTICE' },
    },
    {
      name: 'QuickJS-ng',
      license: 'MIT',
      source: 'https://github.com/quickjs-ng/quickjs',
      text: { from: 'notices', file: 'quickjs-ng.txt' },
    },
    {
      name: 'wasi-libc',
      license: 'Apache-2.0 WITH LLVM-exception OR Apache-2.0 OR MIT',
      source: 'https://github.com/WebAssembly/wasi-libc',
      text: { from: 'notices', file: 'wasi-libc.txt' },
    },
  ],
};
