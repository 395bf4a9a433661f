import {
  type ActiveTarget,
  type ConstantExpression,
  functionReference,
  i32Constant,
  readDataSegments,
  readElementSegments,
  type WasmModule,
  writeDataSegments,
  writeElementSegments,
} from '../../wasm';
import { LinkError } from '../errors';

const REMEDY = 'Refuse this engine build, or teach src/link/engine/move-segments.ts';

/** Moves the table's contents up by `distance`. @param moved new index of a function */
export function moveElements(
  output: WasmModule,
  distance: number,
  moved: (functionIndex: number) => number,
): void {
  const segments = readElementSegments(output).map((segment) => ({
    ...segment,
    active: displaced(segment.active, distance, 'table'),
    elements: segment.elements.map((element) => functionReference(moved(requireFunction(element)))),
  }));
  writeElementSegments(output, segments);
}

/** Moves static data up by `distance` bytes. */
export function moveData(output: WasmModule, distance: number): void {
  const segments = readDataSegments(output).map((segment) => ({
    ...segment,
    active: displaced(segment.active, distance, 'data'),
  }));
  writeDataSegments(output, segments);
}

function displaced(active: ActiveTarget | undefined, distance: number, what: string): ActiveTarget {
  const offset = active?.offset.constant;
  if (active?.target === 0 && offset !== undefined) {
    return { target: 0, offset: i32Constant(Number(offset) + distance) };
  }
  throw new LinkError(
    'unexpected-segment',
    `the engine has a ${what} segment without a constant place`,
    REMEDY,
  );
}

function requireFunction(element: ConstantExpression): number {
  if (element.functionIndex !== undefined) return element.functionIndex;
  throw new LinkError('unexpected-segment', 'a table element of the engine is no function', REMEDY);
}
