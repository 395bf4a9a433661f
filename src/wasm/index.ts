export type { CodeSection, FunctionBody, LocalGroup } from './code';
export { CodeWriter, countLocals, readCode, writeLocals } from './code';
export type { ConstantExpression } from './constant-expression';
export { functionReference, i32Constant, i64Constant, readConstantExpression } from './constant-expression';
export type { Global } from './definitions';
export {
  readFunctions,
  readGlobals,
  readMemories,
  readStart,
  readTables,
  writeFunctions,
  writeGlobals,
  writeMemories,
  writeTables,
} from './definitions';
export { WasmFormatError } from './errors';
export type { Export, ExportKind } from './exports';
export { readExports, writeExports } from './exports';
export type { FunctionImport, Import, ImportDescription } from './imports';
export { ExternalKind, functionImports, readImports, writeImports } from './imports';
export { InstructionReader } from './instruction';
export { opcodeName } from './instruction-set';
export { InstructionWeights } from './instruction-weights';
export type { HeapLayout, MemoryMap, NamedRange } from './memory-map';
export { readMemoryMap, writeMemoryMap } from './memory-map';
export type { Section } from './module';
export { SectionId, WasmModule } from './module';
export type { NameSection } from './names';
export { readNames } from './names';
export { MiscOpcode, Opcode, SimdOpcode } from './opcodes';
export { Reader } from './reader';
export type { ActiveTarget, DataSegment, ElementSegment } from './segments';
export { readDataSegments, readElementSegments, writeDataSegments, writeElementSegments } from './segments';
export { SYSTEM_MODULE, systemInterface } from './system-interface';
export type { FunctionType, GlobalType, Limits, TableType } from './types';
export {
  functionTypeText,
  internType,
  readTypes,
  ValueType,
  valueTypeName,
  writeTypes,
} from './types';
export { Writer } from './writer';
