import type { NativeModule } from '../native/interface';

declare global {
  /** Put there by the native module when QuickJS starts; absent in Node, and while Azle's build runs the canister there. */
  var _tabularium: NativeModule | undefined;
}

/**
 * The native module that this canister is linked with.
 * @throws Error in a canister that was built by Azle alone, and in Node, where `NodeHost` has one
 */
export function nativeModule(): NativeModule {
  if (globalThis._tabularium === undefined) {
    throw new Error(
      'this canister has no native module: link it with Tabularium (docs/LINK.md), not with Azle alone',
    );
  }
  return globalThis._tabularium;
}
