import type { AuditedFile } from '../engine/descriptor';

/** Azle's canister template: QuickJS, Azle's runtime in Rust, and places where a canister's JavaScript is put in. */
export interface AzleDescriptor {
  readonly packageName: string;
  readonly version: string;
  readonly template: AuditedFile;
}

export const azle: AzleDescriptor = {
  packageName: 'azle',
  version: '0.33.0',
  template: {
    path: 'dist/canister_templates/stable.wasm',
    sha256: 'fa87d4ae38c8ce4ebc49f3cb05d0d3b1276eab19c5d26705d65fbf6e1c162806',
  },
};
