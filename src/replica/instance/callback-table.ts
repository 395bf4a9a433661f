import {
  functionImports,
  readElementSegments,
  readFunctions,
  readImports,
  readTypes,
  ValueType,
  type WasmModule,
} from '../../wasm';

/**
 * Table slots that hold a function of type (i32) -> (), the type of a call's callbacks. JavaScript would call any function with whatever
 * arguments; the IC traps on another type.
 */
export function readCallbackSlots(module: WasmModule): ReadonlySet<number> {
  const types = readTypes(module);
  const typeIndices = [
    ...functionImports(readImports(module)).map(({ typeIndex }) => typeIndex),
    ...readFunctions(module),
  ];
  const slots = new Set<number>();
  for (const { active, elements } of readElementSegments(module)) {
    if (active?.offset.constant === undefined) continue;
    const first = Number(active.offset.constant);
    for (const [position, { functionIndex }] of elements.entries()) {
      const type = functionIndex === undefined ? undefined : types[typeIndices[functionIndex]!];
      const isCallback =
        type?.results.length === 0 && type.parameters.length === 1 && type.parameters[0] === ValueType.i32;
      if (isCallback) slots.add(first + position);
      else slots.delete(first + position);
    }
  }
  return slots;
}
