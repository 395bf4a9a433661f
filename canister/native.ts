import type { NativeModule } from '../src/native/interface';

declare global {
  /** Put there by the native module when QuickJS starts; absent while Azle's build runs the canister in Node. */
  var _tabularium: NativeModule | undefined;
}

/** The native module that this canister is linked with. */
export function native(): NativeModule {
  if (globalThis._tabularium === undefined) {
    throw new Error('this canister has no native module: build it with npm run build, not with azle alone');
  }
  return globalThis._tabularium;
}
