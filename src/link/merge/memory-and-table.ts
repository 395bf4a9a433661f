import { type Import, type WasmModule, writeMemories, writeTables } from '../../wasm';
import { LinkError } from '../errors';
import type { Unit } from './unit';

/** Gives the result the memory and the table that at most one of the units brings. */
export function defineMemoryAndTable(output: WasmModule, units: readonly Unit[]): void {
  requireSingle(units, 'memory', ({ memories }) => memories.length);
  requireSingle(units, 'table', ({ tables }) => tables.length);
  const memories = units.flatMap((unit) => unit.memories);
  const tables = units.flatMap((unit) => unit.tables);
  if (memories.length > 0) writeMemories(output, memories);
  if (tables.length > 0) writeTables(output, tables);
}

function requireSingle(
  units: readonly Unit[],
  what: 'memory' | 'table',
  count: (unit: Unit) => number,
): void {
  const owners = units.flatMap((unit) => Array.from({ length: count(unit) }, () => unit.title));
  if (owners.length <= 1) return;
  throw new LinkError(
    what === 'memory' ? 'unexpected-memory' : 'unexpected-table',
    `${owners.at(-1)} brings a second ${what}`,
    'A canister has one: import it from the host',
  );
}

/** Imports of memory and table that no unit satisfies: one of each, as large as the largest that is asked for. */
export function sharedImports(units: readonly Unit[]): Import[] {
  const imports = units.flatMap((unit) => unit.imports);
  const memories = imports.filter((entry) => entry.kind === 'memory');
  const tables = imports.filter((entry) => entry.kind === 'table');
  return [
    ...(units.some((unit) => unit.memories.length > 0)
      ? []
      : largest(memories, (entry) => entry.limits.minimum)),
    ...(units.some((unit) => unit.tables.length > 0)
      ? []
      : largest(tables, (entry) => entry.type.limits.minimum)),
  ];
}

function largest<Entry>(entries: readonly Entry[], size: (entry: Entry) => number): Entry[] {
  return entries.toSorted((left, right) => size(right) - size(left)).slice(0, 1);
}
