import { type FunctionType, functionTypeText, type Import } from '../../wasm';
import { externalKey, type LiveSet } from './liveness';
import type { SymbolTable } from './symbols';
import type { Unit } from './unit';

/** Types of the result, equal ones once. */
export class TypePool {
  readonly list: FunctionType[] = [];
  private readonly byText = new Map<string, number>();
  private readonly known = new WeakMap<FunctionType, number>();

  indexOf(type: FunctionType): number {
    const known = this.known.get(type);
    if (known !== undefined) return known;
    const text = functionTypeText(type);
    const index = this.byText.get(text) ?? this.list.push(type) - 1;
    this.byText.set(text, index);
    this.known.set(type, index);
    return index;
  }
}

/** Where everything live goes in the result. */
export interface Places {
  readonly imports: readonly Import[];
  /** Live defined functions of a unit, in their order in the result. */
  readonly order: ReadonlyMap<Unit, readonly number[]>;
  readonly globals: ReadonlyMap<Unit, ReadonlyMap<number, number>>;
  readonly firstSegment: ReadonlyMap<Unit, number>;
  readonly names: ReadonlyMap<number, string>;
  indexOf(unit: Unit, index: number): number;
}

export function placeAll(
  units: readonly Unit[],
  live: LiveSet,
  symbols: SymbolTable,
  types: TypePool,
): Places {
  const imports: Import[] = [];
  const externalIndex = new Map<string, number>();
  const names = new Map<number, string>();
  for (const unit of units) {
    for (const entry of unit.importedFunctions) {
      const key = `${entry.module}.${entry.name}`;
      if (!live.externals.has(key) || externalIndex.has(key)) continue;
      externalIndex.set(key, imports.length);
      names.set(imports.length, key);
      imports.push({ ...entry, typeIndex: types.indexOf(unit.types[entry.typeIndex]!) });
    }
  }
  const order = new Map<Unit, number[]>();
  const definedIndex = new Map<Unit, Map<number, number>>();
  const globals = new Map<Unit, Map<number, number>>();
  const firstSegment = new Map<Unit, number>();
  let nextFunction = imports.length;
  let nextGlobal = 0;
  let nextSegment = 0;
  for (const unit of units) {
    const indices = [...live.functions.get(unit)!].sort((left, right) => left - right);
    order.set(unit, indices);
    const placed = new Map<number, number>();
    for (const index of indices) {
      const name = unit.names.get(index);
      if (name !== undefined) names.set(nextFunction, name);
      placed.set(index, nextFunction++);
    }
    definedIndex.set(unit, placed);
    const used = [...live.globals.get(unit)!].sort((left, right) => left - right);
    globals.set(unit, new Map(used.map((index) => [index, nextGlobal++])));
    firstSegment.set(unit, nextSegment);
    nextSegment += unit.data.length;
  }
  const indexOf = (unit: Unit, index: number): number => {
    const target = symbols.resolve(unit, index);
    return target.kind === 'external'
      ? externalIndex.get(externalKey(target))!
      : definedIndex.get(target.unit)!.get(target.index)!;
  };
  return { imports, order, globals, firstSegment, names, indexOf };
}
