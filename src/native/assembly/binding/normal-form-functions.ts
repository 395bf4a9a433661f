// Module functions that give SQL texts their normal form.

import { HostPointer } from '../externals/addresses';
import { JS_FreeCString, JSContext, JSValue, js_free, js_malloc } from '../externals/quickjs';
import { NormalForm, normalCapacity, normalize } from '../insights/normal-form';
import { defineMethod } from '../quickjs/objects';
import { borrowedLength, textValue } from '../quickjs/text';
import { EXCEPTION } from '../quickjs/values';
import { textArgument } from './arguments';

export function defineNormalFormFunctions(context: JSContext, module: JSValue): void {
  defineMethod(context, module, 'normalizeSql', normalizeSql.index, 1);
  defineMethod(context, module, 'foldSql', foldSql.index, 1);
}

function normalizeSql(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  return normalized(context, argumentsPointer, NormalForm.Statement);
}

function foldSql(context: JSContext, _self: JSValue, _count: i32, argumentsPointer: HostPointer): JSValue {
  return normalized(context, argumentsPointer, NormalForm.Layout);
}

function normalized(context: JSContext, argumentsPointer: HostPointer, form: NormalForm): JSValue {
  const sql = textArgument(context, argumentsPointer, 0, 'sql');
  if (sql === 0) return EXCEPTION;
  const length = borrowedLength();
  const target = js_malloc(context, max<i32>(<i32>normalCapacity(length), 1));
  const written = target === 0 ? 0 : normalize(sql, length, target, form);
  JS_FreeCString(context, sql);
  if (target === 0) return EXCEPTION;
  const text = textValue(context, target, written);
  js_free(context, target);
  return text;
}
