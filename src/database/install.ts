import { INTERFACE_VERSION, type NativeModule } from '../native/interface';
import { SqliteError } from './errors';
import { Statement } from './statement';

const installed = new WeakSet<NativeModule>();

/**
 * Gives the native module its TypeScript half: the error class, and a prototype for its statements, on which the module
 * puts its own methods and below which {@link Statement}'s lie. To be called before an archive is opened; calling it
 * again for the same module does nothing.
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
    statementPrototype: Object.create(Statement.prototype),
  });
  installed.add(native);
}
