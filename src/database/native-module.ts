import type { NativeModule } from '../native/interface';

declare global {
  /** Put there by the native module when QuickJS starts; absent in Node, and while Azle's build runs the canister there. */
  var _tabularium: NativeModule | undefined;
}

/**
 * The native module that this canister is linked with.
 * @throws Error while the canister is being built, in one that was built by Azle alone, and in Node, where `NodeHost` has one
 */
export function nativeModule(): NativeModule {
  if (globalThis._tabularium === undefined) {
    throw new Error(
      'there is no native module: use it in methods, or in init and postUpgrade, not while modules load, as they do at build time too (docs/USE-IN-YOUR-CANISTER.md); a canister that was built by Azle alone has none, nor has Node',
    );
  }
  return globalThis._tabularium;
}
