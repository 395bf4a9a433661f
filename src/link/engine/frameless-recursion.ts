import { type CodeSection, InstructionReader, Opcode } from '../../wasm';

/** By position of a body in the code section: indices of the functions that it calls as part of a recursion without frames. */
export type RecursiveCalls = ReadonlyMap<number, ReadonlySet<number>>;

interface Visit {
  readonly order: number;
  lowest: number;
  onPath: boolean;
}

/**
 * Finds the direct calls by which functions that take no frame of the C stack call themselves, or each other in a circle. Such a
 * recursion fills the WebAssembly stack without the C stack's pointer showing it.
 * @param imported number of imported functions
 * @param takesFrame whether the function of a body takes a frame
 */
export function findFramelessRecursion(
  code: CodeSection,
  imported: number,
  takesFrame: (position: number) => boolean,
): RecursiveCalls {
  const callees = code.bodies.map((body, position) => {
    const called = new Set<number>();
    if (takesFrame(position)) return called;
    const reader = new InstructionReader(code.bytes, body.instructions, body.end);
    while (reader.next()) {
      const callee = reader.index - imported;
      if (reader.opcode === Opcode.call && callee >= 0 && !takesFrame(callee)) called.add(callee);
    }
    return called;
  });
  const circles = findCircles(callees);
  const calls = new Map<number, ReadonlySet<number>>();
  callees.forEach((called, position) => {
    const inCircle = [...called].filter((callee) => circles[callee] === circles[position]);
    if (inCircle.length > 0) calls.set(position, new Set(inCircle.map((callee) => callee + imported)));
  });
  return calls;
}

/** Strongly connected components (Tarjan), each named by one of its members. */
function findCircles(callees: readonly ReadonlySet<number>[]): number[] {
  const circles: number[] = [];
  const visits: Visit[] = [];
  const path: number[] = [];
  let order = 0;
  const visit = (position: number): Visit => {
    const own: Visit = { order, lowest: order++, onPath: true };
    visits[position] = own;
    path.push(position);
    for (const callee of callees[position]!) {
      const seen = visits[callee];
      if (!seen) own.lowest = Math.min(own.lowest, visit(callee).lowest);
      else if (seen.onPath) own.lowest = Math.min(own.lowest, seen.order);
    }
    if (own.lowest === own.order) {
      let member: number;
      do {
        member = path.pop()!;
        visits[member]!.onPath = false;
        circles[member] = position;
      } while (member !== position);
    }
    return own;
  };
  callees.forEach((_, position) => {
    if (!visits[position]) visit(position);
  });
  return circles;
}
