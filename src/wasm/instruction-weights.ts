import { miscOpcodes, type OpcodeSpace, plainOpcodes, simdOpcodes } from './instruction-set';
import { Opcode } from './opcodes';

/**
 * Builds one lookup table per opcode space from rules keyed by WAT name.
 * @param weights WAT names separated by blanks, by weight
 * @param rest weight of every instruction that no rule names
 */
export class InstructionWeights {
  private readonly plain: Uint16Array;
  private readonly misc: Uint16Array;
  private readonly simd: Uint16Array;

  constructor(weights: Readonly<Record<number, string>>, rest: number) {
    const byName = new Map<string, number>();
    for (const [weight, names] of Object.entries(weights)) {
      for (const name of names.trim().split(/\s+/)) byName.set(name, Number(weight));
    }
    const known = new Set<string>();
    const table = (space: OpcodeSpace) =>
      Uint16Array.from(space.names, (name) => {
        if (name !== undefined) known.add(name);
        return (name === undefined ? undefined : byName.get(name)) ?? rest;
      });
    this.plain = table(plainOpcodes);
    this.misc = table(miscOpcodes);
    this.simd = table(simdOpcodes);
    for (const name of byName.keys()) {
      if (!known.has(name)) throw new Error(`weight given for an instruction that does not exist: ${name}`);
    }
  }

  of(opcode: number, subOpcode: number): number {
    if (opcode === Opcode.miscPrefix) return this.misc[subOpcode]!;
    if (opcode === Opcode.simdPrefix) return this.simd[subOpcode]!;
    return this.plain[opcode]!;
  }
}
