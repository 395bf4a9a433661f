// Puts the native module into the host: `globalThis._tabularium`.

import { defineCandidFunctions } from '../candid/codec/functions';
import { defineDispatchFunctions } from '../dispatch/functions';
import { trapWithNumber } from '../engine/trap';
import {
  JS_DefinePropertyValueStr,
  JS_FreeValue,
  JS_GetGlobalObject,
  JS_NewContext,
  JS_NewObject,
  JSContext,
  JSRuntime,
} from '../externals/quickjs';
import { prepareBigIntegers } from '../quickjs/big-integers';
import { literal } from '../quickjs/message';
import { checkHost } from '../quickjs/self-check';
import { prepareShapes } from '../quickjs/shapes';
import { defineRequestFunctions } from '../requests/functions';
import { initializeEngine } from '../vfs/register';
import { defineAdoptionFunctions } from './adoption-functions';
import { defineArchiveFunctions } from './archive-functions';
import { defineChecksumFunctions } from './checksum-functions';
import { prepareConnectionClass } from './connection-class';
import { setCurrentContext } from './context';
import { defineExportFunctions } from './export-functions';
import { defineForkFunctions } from './fork-functions';
import { defineHashFunctions } from './hash-functions';
import { defineHostFunctions } from './host-functions';
import { defineImportFunctions } from './import-functions';
import { defineInsightFunctions } from './insight-functions';
import { defineMemoryFunctions } from './memory-functions';
import { defineMessageFunctions } from './message-functions';
import { defineNormalFormFunctions } from './normal-form-functions';
import { definePageChecksumFunctions } from './page-checksum-functions';
import { definePinFunctions } from './pin-functions';
import { definePoolFunctions } from './pool-functions';
import { SQLITE_OK } from './result-codes';
import { prepareRunResults } from './run-result';
import { defineSnapshotFunctions } from './snapshot-functions';
import { defineSpaceFunctions } from './space-functions';
import { prepareStatementClass } from './statement-class';
import { defineTextFunctions } from './text-functions';

/** The property is fixed: not enumerable, not writable, not configurable. */
const FIXED: i32 = 0;

/** Takes the place of QuickJS's JS_NewContext: makes the context and gives it the module. */
export function wrap_JS_NewContext(runtime: JSRuntime): JSContext {
  const context = JS_NewContext(runtime);
  if (context !== 0) registerModule(context);
  return context;
}

function registerModule(context: JSContext): void {
  const code = initializeEngine();
  if (code !== SQLITE_OK) trapWithNumber('Tabularium: the engine does not start: SQLite code ', code, '');
  setCurrentContext(context);
  prepareShapes(context);
  prepareBigIntegers(context);
  checkHost(context);
  prepareStatementClass(context);
  prepareConnectionClass(context);
  prepareRunResults(context);
  const module = JS_NewObject(context);
  defineHostFunctions(context, module);
  defineArchiveFunctions(context, module);
  definePoolFunctions(context, module);
  defineExportFunctions(context, module);
  defineImportFunctions(context, module);
  defineSnapshotFunctions(context, module);
  definePinFunctions(context, module);
  defineForkFunctions(context, module);
  defineAdoptionFunctions(context, module);
  defineMemoryFunctions(context, module);
  defineHashFunctions(context, module);
  defineTextFunctions(context, module);
  defineInsightFunctions(context, module);
  defineNormalFormFunctions(context, module);
  defineSpaceFunctions(context, module);
  defineChecksumFunctions(context, module);
  definePageChecksumFunctions(context, module);
  defineMessageFunctions(context, module);
  defineRequestFunctions(context, module);
  defineCandidFunctions(context, module);
  defineDispatchFunctions(context, module);
  const global = JS_GetGlobalObject(context);
  JS_DefinePropertyValueStr(context, global, literal('_tabularium'), module, FIXED);
  JS_FreeValue(context, global);
}
