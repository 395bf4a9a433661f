import { InstructionReader, Opcode } from '../../wasm';
import { LinkError } from '../errors';
import type { Unit } from '../merge/unit';
import { WASM_PAGE } from '../native/address-map';

/** The one function through which wasi-libc's allocator obtains memory, and the allocator that calls it. */
const BREAK_FUNCTION = 'sbrk';
const ALLOCATOR = 'dlmalloc';

/**
 * Proves that the host's allocator hands out its initial memory and what `sbrk` gives it, and nothing else, so that the native
 * module and the engine can live behind the initial memory, and `sbrk` can be native code's:
 * - only `sbrk` asks for or takes linear memory;
 * - the allocator's first segment ends at a constant, which is the end of the host's initial memory as it was linked.
 *
 * dlmalloc treats memory from `sbrk` that does not continue its last segment as a segment of its own
 * (src/native/assembly/heap/host-break.ts).
 */
export function requireAllocatorStaysOut(host: Unit, initialPages: number): void {
  const breakFunction = requireDefined(host, BREAK_FUNCTION);
  const users = memoryUsers(host);
  const strangers = [...users].filter((index) => index !== breakFunction);
  if (strangers.length > 0 || !users.has(breakFunction)) {
    refuse(
      `${strangers.map((index) => host.names.get(index) ?? `function ${index}`).join(', ')} asks for linear memory besides ${BREAK_FUNCTION}`,
    );
  }
  const heapEnd = initialPages * WASM_PAGE;
  if (!usesConstant(host, requireDefined(host, ALLOCATOR), heapEnd)) {
    refuse(`${ALLOCATOR} does not know its heap's end as ${heapEnd}, the end of the initial memory`);
  }
  const dataEnd = Math.max(
    0,
    ...host.data.map(({ active, bytes }) => Number(active?.offset.constant ?? 0n) + bytes.length),
  );
  if (dataEnd > heapEnd) refuse(`static data ends at ${dataEnd}, behind the initial memory`);
}

function requireDefined(host: Unit, name: string): number {
  const index = host.symbols.get(name);
  return index ?? refuse(`there is no function ${name}`);
}

/** Functions that contain memory.size or memory.grow. */
export function memoryUsers(host: Unit): Set<number> {
  const users = new Set<number>();
  host.code.bodies.forEach((body, position) => {
    const instruction = new InstructionReader(host.code.bytes, body.instructions, body.end);
    while (instruction.next()) {
      if (instruction.opcode === Opcode.memorySize || instruction.opcode === Opcode.memoryGrow) {
        users.add(position + host.importedFunctions.length);
      }
    }
  });
  return users;
}

function usesConstant(host: Unit, index: number, value: number): boolean {
  const body = host.code.bodies[index - host.importedFunctions.length]!;
  const instruction = new InstructionReader(host.code.bytes, body.instructions, body.end);
  while (instruction.next()) {
    if (instruction.opcode === Opcode.i32Const && instruction.constant === BigInt(value)) return true;
  }
  return false;
}

function refuse(found: string): never {
  throw new LinkError(
    'allocator-not-audited',
    `Azle's allocator is not the one that was audited: ${found}`,
    'Audit this version of Azle as docs/LINK.md describes',
  );
}
