// The one QuickJS context of the module. Finalizers need it: the host gives them only its runtime.

import { JSContext } from '../externals/quickjs';

let context: JSContext = 0;

export function setCurrentContext(next: JSContext): void {
  context = next;
}

export function currentContext(): JSContext {
  return context;
}
