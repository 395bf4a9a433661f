// The class and the prototype of statement objects. The prototype is the facade's own, so that its methods and native
// ones live side by side.

import { JS_FreeValue, JSContext, JSValue } from '../externals/quickjs';
import { defineStatementClass, defineStatementMethods } from './statement-methods';

let classId: u32 = 0;
let prototype: JSValue = 0;

export function prepareStatementClass(context: JSContext): void {
  classId = defineStatementClass(context);
}

/** Puts the native methods on a prototype and takes it over as that of every statement to come. */
export function installStatementPrototype(context: JSContext, next: JSValue): void {
  JS_FreeValue(context, prototype);
  defineStatementMethods(context, next);
  prototype = next;
}

export function statementClassId(): u32 {
  return classId;
}

export function statementPrototype(): JSValue {
  return prototype;
}
