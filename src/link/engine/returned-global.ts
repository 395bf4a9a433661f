import { type CodeSection, type Export, InstructionReader, Opcode } from '../../wasm';
import { LinkError } from '../errors';

/**
 * Index of the global that an exported function returns: how the link finds the engine's private globals by name.
 * @param symbol C name of a function that returns the global and does nothing else
 */
export function findReturnedGlobal(
  code: CodeSection,
  exports: readonly Export[],
  symbol: string,
  imported: number,
): number {
  const getter = exports.find((entry) => entry.name === symbol);
  const body = getter && code.bodies[getter.index - imported];
  if (body) {
    const reader = new InstructionReader(code.bytes, body.instructions, body.end);
    const opcodes: number[] = [];
    let global = 0;
    while (reader.next()) {
      opcodes.push(reader.opcode);
      if (reader.opcode === Opcode.globalGet) global = reader.index;
    }
    if (opcodes.length === 2 && opcodes[0] === Opcode.globalGet) return global;
  }
  throw new LinkError(
    'missing-symbol',
    `the engine exports no ${symbol} that returns one global and does nothing else`,
    'Correct the symbols in the engine descriptor',
  );
}
