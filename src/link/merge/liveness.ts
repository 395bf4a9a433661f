import { InstructionReader, Opcode } from '../../wasm';
import type { SymbolTable, Target } from './symbols';
import type { Unit } from './unit';

/** What the roots reach. */
export interface LiveSet {
  /** Function indices by unit; defined functions only. */
  readonly functions: ReadonlyMap<Unit, ReadonlySet<number>>;
  readonly globals: ReadonlyMap<Unit, ReadonlySet<number>>;
  /** External functions that are called, as `module.name`. */
  readonly externals: ReadonlySet<string>;
}

export interface Root {
  readonly unit: Unit;
  readonly index: number;
}

export function externalKey(target: Extract<Target, { kind: 'external' }>): string {
  return `${target.module}.${target.name}`;
}

/**
 * Follows direct calls and function references from the roots and from every table element. An indirect call can reach any
 * element, so all elements are roots.
 */
export function findLive(units: readonly Unit[], roots: readonly Root[], symbols: SymbolTable): LiveSet {
  const functions = new Map(units.map((unit) => [unit, new Set<number>()]));
  const globals = new Map(units.map((unit) => [unit, new Set<number>()]));
  const externals = new Set<string>();
  const pending: Root[] = [];
  const reach = (unit: Unit, index: number): void => {
    const target = symbols.resolve(unit, index);
    if (target.kind === 'external') {
      externals.add(externalKey(target));
      return;
    }
    const seen = functions.get(target.unit)!;
    if (seen.has(target.index)) return;
    seen.add(target.index);
    pending.push(target);
  };
  for (const unit of units) {
    for (const segment of unit.elements) {
      for (const { functionIndex } of segment.elements)
        if (functionIndex !== undefined) reach(unit, functionIndex);
    }
  }
  for (const { unit, index } of roots) reach(unit, index);
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { unit } = next;
    const body = unit.code.bodies[next.index - unit.importedFunctions.length]!;
    const usedGlobals = globals.get(unit)!;
    const instruction = new InstructionReader(unit.code.bytes, body.instructions, body.end);
    while (instruction.next()) {
      switch (instruction.opcode) {
        case Opcode.call:
        case Opcode.returnCall:
        case Opcode.refFunc:
          reach(unit, instruction.index);
          break;
        case Opcode.globalGet:
        case Opcode.globalSet:
          usedGlobals.add(instruction.index);
      }
    }
  }
  return { functions, globals, externals };
}
