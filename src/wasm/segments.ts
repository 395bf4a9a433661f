import { type ConstantExpression, functionReference, readConstantExpression } from './constant-expression';
import { SectionId, type WasmModule } from './module';
import { Reader } from './reader';
import { ValueType } from './types';
import { Writer } from './writer';

export interface ActiveTarget {
  /** Index of the memory or table. */
  readonly target: number;
  readonly offset: ConstantExpression;
}

export interface DataSegment {
  /** Undefined for a passive segment. */
  readonly active?: ActiveTarget;
  readonly bytes: Uint8Array;
}

export interface ElementSegment {
  readonly mode: 'active' | 'passive' | 'declarative';
  /** Present exactly for mode `active`. */
  readonly active?: ActiveTarget;
  readonly elementType: ValueType;
  /** One expression an element; `functionIndex` is set for a plain function reference. */
  readonly elements: readonly ConstantExpression[];
}

const PASSIVE = 1;
const EXPLICIT_INDEX = 2;
const EXPRESSIONS = 4;
const FUNCTION_ELEMENT_KIND = 0;

export function readDataSegments(module: WasmModule): DataSegment[] {
  const body = module.body(SectionId.data);
  if (!body) return [];
  const reader = new Reader(body);
  const segments = reader.vector((item): DataSegment => {
    const flags = item.u32();
    if (flags > EXPLICIT_INDEX) item.fail(`unknown data segment flags ${flags}`);
    if (flags === PASSIVE) return { bytes: item.take(item.u32()) };
    const target = flags === EXPLICIT_INDEX ? item.u32() : 0;
    const offset = readConstantExpression(item);
    return { active: { target, offset }, bytes: item.take(item.u32()) };
  });
  reader.expectEnd('data section');
  return segments;
}

/** Writes the data section and, when the module has one, the data count that must agree with it. */
export function writeDataSegments(module: WasmModule, segments: readonly DataSegment[]): void {
  const writer = new Writer(segments.reduce((sum, segment) => sum + segment.bytes.length + 16, 16));
  writer.vector(segments, (item, { active, bytes }) => {
    if (!active) {
      item.u32(PASSIVE);
    } else {
      item.u32(active.target === 0 ? 0 : EXPLICIT_INDEX);
      if (active.target !== 0) item.u32(active.target);
      item.bytes(active.offset.bytes);
    }
    item.lengthPrefixed(bytes);
  });
  module.setBody(SectionId.data, writer.finish());
  if (module.body(SectionId.dataCount)) {
    const count = new Writer(8);
    count.u32(segments.length);
    module.setBody(SectionId.dataCount, count.finish());
  }
}

export function readElementSegments(module: WasmModule): ElementSegment[] {
  const body = module.body(SectionId.element);
  if (!body) return [];
  const reader = new Reader(body);
  const segments = reader.vector(readElementSegment);
  reader.expectEnd('element section');
  return segments;
}

function readElementSegment(reader: Reader): ElementSegment {
  const flags = reader.u32();
  if (flags > (PASSIVE | EXPLICIT_INDEX | EXPRESSIONS)) reader.fail(`unknown element segment flags ${flags}`);
  const isActive = (flags & PASSIVE) === 0;
  const typed = (flags & (PASSIVE | EXPLICIT_INDEX)) !== 0;
  const target = isActive && flags & EXPLICIT_INDEX ? reader.u32() : 0;
  const offset = isActive ? readConstantExpression(reader) : undefined;
  const byExpression = (flags & EXPRESSIONS) !== 0;
  let elementType: ValueType = ValueType.funcref;
  if (typed) {
    const byte = reader.byte();
    if (byExpression) elementType = byte;
    else if (byte !== FUNCTION_ELEMENT_KIND) reader.fail(`unknown element kind ${byte}`);
  }
  const elements = reader.vector((item) =>
    byExpression ? readConstantExpression(item) : functionReference(item.u32()),
  );
  if (offset) return { mode: 'active', active: { target, offset }, elementType, elements };
  return { mode: flags & EXPLICIT_INDEX ? 'declarative' : 'passive', elementType, elements };
}

export function writeElementSegments(module: WasmModule, segments: readonly ElementSegment[]): void {
  const writer = new Writer();
  writer.vector(segments, writeElementSegment);
  module.setBody(SectionId.element, writer.finish());
}

function writeElementSegment(writer: Writer, segment: ElementSegment): void {
  const byIndex =
    segment.elementType === ValueType.funcref &&
    segment.elements.every((element) => element.functionIndex !== undefined);
  const flags = byIndex ? 0 : EXPRESSIONS;
  if (segment.active) {
    const explicit = segment.active.target !== 0 || segment.elementType !== ValueType.funcref;
    writer.u32(flags | (explicit ? EXPLICIT_INDEX : 0));
    if (explicit) writer.u32(segment.active.target);
    writer.bytes(segment.active.offset.bytes);
    if (explicit) writer.byte(byIndex ? FUNCTION_ELEMENT_KIND : segment.elementType);
  } else {
    writer.u32(flags | PASSIVE | (segment.mode === 'declarative' ? EXPLICIT_INDEX : 0));
    writer.byte(byIndex ? FUNCTION_ELEMENT_KIND : segment.elementType);
  }
  writer.vector(segment.elements, (item, element) => {
    if (byIndex) item.u32(element.functionIndex!);
    else item.bytes(element.bytes);
  });
}
