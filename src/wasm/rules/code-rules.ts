import { type CodeSection, countLocals } from '../code';
import { WasmFormatError } from '../errors';
import { InstructionReader } from '../instruction';
import { MiscOpcode, Opcode } from '../opcodes';
import { complexityWeights } from './complexity';
import { CanisterLimit } from './limits';
import type { FunctionMeasure, Violations } from './report';

const BANNED_TABLE_INSTRUCTIONS: ReadonlySet<number> = new Set([
  MiscOpcode.tableInit,
  MiscOpcode.tableCopy,
  MiscOpcode.tableGrow,
  MiscOpcode.tableFill,
]);

export interface CodeFacts {
  readonly largestFunction: FunctionMeasure;
  readonly mostComplexFunction: FunctionMeasure;
  readonly instructions: number;
  readonly bannedTableInstructions: number;
}

interface FunctionFigures {
  readonly instructions: number;
  readonly complexity: number;
  /** WAT names of banned instructions, as often as they occur. */
  readonly banned: readonly string[];
}

/** Checks and measures every function body. */
export function checkCode(
  code: CodeSection,
  firstIndex: number,
  names: ReadonlyMap<number, string>,
  violations: Violations,
): CodeFacts {
  const none: FunctionMeasure = { index: -1, name: undefined, value: 0 };
  let largestFunction = none;
  let mostComplexFunction = none;
  let instructions = 0;
  let bannedTableInstructions = 0;
  for (const [position, body] of code.bodies.entries()) {
    const index = firstIndex + position;
    const name = names.get(index);
    const what = name === undefined ? `function ${index}` : `function ${index} (${name})`;
    violations.limit('function-locals', `locals of ${what}`, countLocals(body), CanisterLimit.locals);
    const figures = measure(code.bytes, body.instructions, body.end, what, violations);
    instructions += figures.instructions;
    bannedTableInstructions += figures.banned.length;
    if (figures.instructions > largestFunction.value) {
      largestFunction = { index, name, value: figures.instructions };
    }
    if (figures.complexity > mostComplexFunction.value) {
      mostComplexFunction = { index, name, value: figures.complexity };
    }
    const { functionInstructions, functionComplexity } = CanisterLimit;
    violations.limit('function-size', `instructions of ${what}`, figures.instructions, functionInstructions);
    violations.limit('function-complexity', `complexity of ${what}`, figures.complexity, functionComplexity);
    for (const instruction of new Set(figures.banned)) {
      violations.add('table-instruction', `${what} uses ${instruction}, which the IC does not support`);
    }
  }
  return { largestFunction, mostComplexFunction, instructions, bannedTableInstructions };
}

function measure(
  bytes: Uint8Array,
  start: number,
  end: number,
  what: string,
  violations: Violations,
): FunctionFigures {
  const instruction = new InstructionReader(bytes, start, end);
  const banned: string[] = [];
  let instructions = 0;
  let complexity = 0;
  try {
    while (instruction.next()) {
      instructions++;
      complexity += complexityWeights.of(instruction.opcode, instruction.subOpcode);
      if (isBanned(instruction)) banned.push(instruction.name);
    }
  } catch (error) {
    if (!(error instanceof WasmFormatError)) throw error;
    violations.add('unknown-instruction', `${what}: ${error.message}`);
  }
  return { instructions, complexity, banned };
}

function isBanned({ opcode, subOpcode }: InstructionReader): boolean {
  if (opcode === Opcode.tableSet) return true;
  return opcode === Opcode.miscPrefix && BANNED_TABLE_INSTRUCTIONS.has(subOpcode);
}
