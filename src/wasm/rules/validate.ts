import { readCode } from '../code';
import { readFunctions, readStart } from '../definitions';
import { WasmFormatError } from '../errors';
import { readExports } from '../exports';
import { functionImports, type Import, readImports } from '../imports';
import { SectionId, WasmModule } from '../module';
import { readNames } from '../names';
import { type FunctionType, readTypes } from '../types';
import { checkCode } from './code-rules';
import { checkExports } from './export-rules';
import { checkImports } from './import-rules';
import { CanisterLimit } from './limits';
import { checkGlobals, checkMemory, checkTables } from './memory-rules';
import { type CanisterFacts, type CanisterReport, Violations } from './report';
import { checkCustomSections } from './section-rules';

/**
 * Checks a module against the IC's rules for canisters (ic-platform.md A). All violations are reported, not only the first. Whether function
 * bodies are well typed is left to a WebAssembly engine.
 *
 * @param wasm an uncompressed module
 */
export function validateCanister(wasm: Uint8Array): CanisterReport {
  const violations = new Violations();
  violations.limit('module-size', 'bytes of the module', wasm.length, CanisterLimit.moduleBytes);
  try {
    const facts = examine(WasmModule.parse(wasm), wasm.length, violations);
    return { violations: violations.list, facts };
  } catch (error) {
    if (!(error instanceof WasmFormatError)) throw error;
    violations.add('malformed-module', error.message);
    return { violations: violations.list, facts: unreadable(wasm.length) };
  }
}

function examine(module: WasmModule, moduleBytes: number, violations: Violations): CanisterFacts {
  const types = readTypes(module);
  const imports = readImports(module);
  const functions = readFunctions(module);
  const exports = readExports(module);
  const typeIndices = [...functionImports(imports).map(({ typeIndex }) => typeIndex), ...functions];
  const names = readNames(module).functions;
  const codeSectionBytes = module.body(SectionId.code)?.length ?? 0;
  const memory = checkMemory(module, imports, violations);
  checkTypes(types, violations);
  checkNames(imports, exports, names, violations);
  violations.limit('function-count', 'functions', functions.length, CanisterLimit.functions);
  violations.limit(
    'code-size',
    'bytes of the code section',
    codeSectionBytes,
    CanisterLimit.codeSectionBytes,
  );
  return {
    moduleBytes,
    codeSectionBytes,
    functions: functions.length,
    hasStart: readStart(module) !== undefined,
    imports: checkImports(imports, types, memory.wideMemory, violations),
    ...memory,
    ...checkTables(module, imports, violations),
    ...checkGlobals(module, imports, violations),
    ...checkExports(exports, (index) => types[typeIndices[index] ?? -1], violations),
    ...checkCustomSections(module.customSections(), violations),
    ...checkCode(readCode(module), typeIndices.length - functions.length, names, violations),
  };
}

function checkTypes(types: readonly FunctionType[], violations: Violations): void {
  for (const [index, { parameters, results }] of types.entries()) {
    const { signatureValues } = CanisterLimit;
    violations.limit('function-signature', `parameters of type ${index}`, parameters.length, signatureValues);
    violations.limit('function-signature', `results of type ${index}`, results.length, signatureValues);
  }
}

function checkNames(
  imports: readonly Import[],
  exports: readonly { readonly name: string }[],
  debugNames: ReadonlyMap<number, string>,
  violations: Violations,
): void {
  const checkLength = (what: string, name: string) =>
    violations.limit('name-length', `bytes of ${what}`, Buffer.byteLength(name), CanisterLimit.nameBytes);
  for (const { module, name } of imports) {
    checkLength('an import module name', module);
    checkLength('an import name', name);
  }
  for (const { name } of exports) checkLength('an export name', name);
  for (const [index, name] of debugNames) {
    const length = Buffer.byteLength(name);
    violations.limit(
      'function-name',
      `bytes of the name of function ${index}`,
      length,
      CanisterLimit.functionNameBytes,
    );
  }
}

/** Facts of bytes that could not be read. */
function unreadable(moduleBytes: number): CanisterFacts {
  const none = { index: -1, name: undefined, value: 0 };
  return {
    moduleBytes,
    imports: [],
    memories: 0,
    memoryPages: 0,
    wideMemory: false,
    dataEnd: 0,
    dataSegments: 0,
    tables: 0,
    tableElements: 0,
    functions: 0,
    globals: 0,
    codeSectionBytes: 0,
    largestFunction: none,
    mostComplexFunction: none,
    instructions: 0,
    bannedTableInstructions: 0,
    methods: [],
    methodNameBytes: 0,
    memoryExports: 0,
    tableExports: 0,
    hasStart: false,
    hasMutableVectorGlobal: false,
    icpSections: [],
    icpSectionBytes: 0,
  };
}
