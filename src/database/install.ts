import { INTERFACE_VERSION, type NativeModule } from '../native/interface';
import { SqliteError } from './errors';
import { Statement } from './statement';

const installed = new WeakSet<NativeModule>();

/**
 * Gives the native module its TypeScript half: the error class, and {@link Statement}'s prototype. To be called once
 * for a module, before an archive is opened; calling it again does nothing.
 * @throws Error when module and facade come from different builds
 */
export function installFacade(native: NativeModule): void {
  if (installed.has(native)) return;
  if (native.interfaceVersion !== INTERFACE_VERSION) {
    throw new Error(
      `the native module has interface ${native.interfaceVersion}, this library ${INTERFACE_VERSION}: build again`,
    );
  }
  native.install({
    createError: (code, message, extendedCode, offset) =>
      new SqliteError(message, code, extendedCode, offset),
    statementPrototype: Statement.prototype,
  });
  installed.add(native);
}
