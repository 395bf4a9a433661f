import { type CodeSection, type FunctionBody, InstructionReader, Opcode, type Writer } from '../../wasm';
import { LinkError } from '../errors';

/**
 * How a function changes the stack pointer at one `global.set`:
 * - `frame`: takes a frame of constant size from the stack pointer, and keeps the new pointer in a local;
 * - `release`: gives exactly that frame back;
 * - `computed`: anything else (alloca, a saved pointer restored), which is checked at both ends of the stack.
 */
export type StackChange =
  | { readonly kind: 'frame'; readonly local: number; readonly size: number }
  | { readonly kind: 'release' }
  | { readonly kind: 'computed' };

export interface StackBounds {
  /** Index of the stack pointer among the engine's globals. */
  readonly stackPointer: number;
  /** Engine address of the lowest byte that may be used without asking. */
  readonly low: number;
  /** Bytes from there to the stack's upper end. */
  readonly size: number;
  /** Bytes below the stack pointer that leaf functions use without moving it. */
  readonly redZone: number;
}

/** By position of the `global.set` in the code section. */
export type StackChanges = ReadonlyMap<number, StackChange>;

interface Step {
  readonly opcode: number;
  readonly index: number;
  readonly constant: number;
}

const NOTHING: Step = { opcode: -1, index: 0, constant: 0 };

/**
 * Finds every change of the stack pointer in one function and classifies it by the instructions before it. A frame is proven by
 * its shape; a release only when the function takes one frame, releases its size, and never assigns the frame's local otherwise.
 * @throws LinkError when a leaf function uses more than the red zone without moving the pointer, or a frame exceeds the stack
 */
export function findStackChanges(code: CodeSection, body: FunctionBody, bounds: StackBounds): StackChanges {
  const window = [NOTHING, NOTHING, NOTHING, NOTHING];
  const sets: { readonly position: number; readonly before: readonly Step[] }[] = [];
  const assignments = new Map<number, number>();
  const peeks: number[] = [];
  const reader = new InstructionReader(code.bytes, body.instructions, body.end);
  while (reader.next()) {
    const { opcode } = reader;
    if (opcode === Opcode.globalSet && reader.index === bounds.stackPointer) {
      sets.push({ position: reader.start, before: [...window] });
    }
    if (opcode === Opcode.localSet || opcode === Opcode.localTee) {
      assignments.set(reader.index, (assignments.get(reader.index) ?? 0) + 1);
    }
    const constant = opcode === Opcode.i32Const ? Number(reader.constant) : 0;
    window.shift();
    window.push({ opcode, index: reader.index, constant });
    const below = loweredBy(window, bounds.stackPointer);
    if (below !== undefined) peeks.push(below);
  }
  const changes = classify(sets, assignments, bounds);
  for (const change of changes.values()) {
    if (change.kind === 'frame') peeks.splice(peeks.indexOf(change.size), 1);
  }
  requireRedZone(peeks, bounds.redZone);
  return changes;
}

function classify(
  sets: readonly { readonly position: number; readonly before: readonly Step[] }[],
  assignments: ReadonlyMap<number, number>,
  bounds: StackBounds,
): Map<number, StackChange> {
  const changes = new Map<number, StackChange>();
  const frames: { local: number; size: number }[] = [];
  for (const { position, before } of sets) {
    const frame = frameOf(before, bounds);
    if (!frame) continue;
    frames.push(frame);
    changes.set(position, { kind: 'frame', ...frame });
  }
  const [only] = frames;
  for (const { position, before } of sets) {
    if (changes.has(position)) continue;
    const released = releaseOf(before);
    const proven =
      frames.length === 1 &&
      only !== undefined &&
      released !== undefined &&
      released.local === only.local &&
      released.size === only.size &&
      assignments.get(only.local) === 1;
    changes.set(position, { kind: proven ? 'release' : 'computed' });
  }
  return changes;
}

/** `global.get $sp, i32.const size, i32.sub, local.tee $frame` (or adding the negated size), just before the set. */
function frameOf(before: readonly Step[], bounds: StackBounds): { local: number; size: number } | undefined {
  const [pointer, constant, operation, tee] = before as [Step, Step, Step, Step];
  if (pointer.opcode !== Opcode.globalGet || pointer.index !== bounds.stackPointer) return undefined;
  if (tee.opcode !== Opcode.localTee) return undefined;
  const size = subtrahend(constant, operation);
  if (size === undefined || size <= 0) return undefined;
  if (size + bounds.redZone > bounds.size) {
    throw new LinkError(
      'stack-not-guarded',
      `an engine function takes a frame of ${size} bytes, the stack has ${bounds.size}`,
      'Raise ENGINE_STACK_PAGES in src/link/native/address-map.ts',
    );
  }
  return { local: tee.index, size };
}

/** `local.get $frame, i32.const size, i32.add` (or subtracting the negated size), just before the set. */
function releaseOf(before: readonly Step[]): { local: number; size: number } | undefined {
  const [, local, constant, operation] = before as [Step, Step, Step, Step];
  if (local.opcode !== Opcode.localGet) return undefined;
  const size = subtrahend(constant, operation);
  return size !== undefined && size < 0 ? { local: local.index, size: -size } : undefined;
}

/** What `i32.const c` and the operation after it subtract from the operand below. */
function subtrahend(constant: Step, operation: Step): number | undefined {
  if (constant.opcode !== Opcode.i32Const) return undefined;
  if (operation.opcode === Opcode.i32Sub) return constant.constant;
  return operation.opcode === Opcode.i32Add ? -constant.constant : undefined;
}

/** Bytes by which the last three instructions look below the stack pointer, or undefined when they do not. */
function loweredBy(window: readonly Step[], stackPointer: number): number | undefined {
  const [, pointer, constant, operation] = window as [Step, Step, Step, Step];
  if (pointer.opcode !== Opcode.globalGet || pointer.index !== stackPointer) return undefined;
  return subtrahend(constant, operation);
}

function requireRedZone(peeks: readonly number[], redZone: number): void {
  const deepest = Math.max(0, ...peeks);
  if (deepest <= redZone) return;
  throw new LinkError(
    'stack-not-guarded',
    `an engine function uses ${deepest} bytes below the stack pointer without moving it, the red zone is ${redZone}`,
    'Correct redZone in the engine descriptor, or refuse this engine build',
  );
}

/**
 * Writes the check that follows a `global.set` of the stack pointer: five instructions for a frame, eight for a computed pointer.
 * Whatever the check finds, nothing was written through the new pointer yet, and the function that it then calls finds it set.
 * @param scratch a local that holds the pointer that was set
 * @param overflow index of the function that decides whether the engine goes on: it returns, or traps
 */
export function writeStackCheck(
  writer: Writer,
  change: StackChange,
  scratch: number,
  bounds: StackBounds,
  overflow: number,
): void {
  if (change.kind === 'release') return;
  const low = bounds.low + bounds.redZone;
  writer.byte(Opcode.localGet);
  writer.u32(scratch);
  if (change.kind === 'frame') {
    writer.byte(Opcode.i32Const);
    writer.s32(low);
    writer.byte(I32_LT_U);
  } else {
    writer.byte(Opcode.i32Const);
    writer.s32(low);
    writer.byte(Opcode.i32Sub);
    writer.byte(Opcode.i32Const);
    writer.s32(bounds.size - bounds.redZone);
    writer.byte(I32_GT_U);
  }
  writer.byte(Opcode.if);
  writer.byte(EMPTY_BLOCK_TYPE);
  writer.byte(Opcode.call);
  writer.u32(overflow);
  writer.byte(Opcode.end);
}

/** Takes a frame for the call that follows, whose arguments are on the operand stack already. */
export function writeRecursionFrame(writer: Writer, bounds: StackBounds, overflow: number): void {
  moveStackPointer(writer, bounds.stackPointer, -RECURSION_FRAME);
  writer.byte(Opcode.globalGet);
  writer.u32(bounds.stackPointer);
  writer.byte(Opcode.i32Const);
  writer.s32(bounds.low + bounds.redZone);
  writer.byte(I32_LT_U);
  writer.byte(Opcode.if);
  writer.byte(EMPTY_BLOCK_TYPE);
  writer.byte(Opcode.call);
  writer.u32(overflow);
  writer.byte(Opcode.end);
}

/** Gives it back behind the call, whose result stays where it is. */
export function writeRecursionRelease(writer: Writer, bounds: StackBounds): void {
  moveStackPointer(writer, bounds.stackPointer, RECURSION_FRAME);
}

function moveStackPointer(writer: Writer, stackPointer: number, bytes: number): void {
  writer.byte(Opcode.globalGet);
  writer.u32(stackPointer);
  writer.byte(Opcode.i32Const);
  writer.s32(bytes);
  writer.byte(Opcode.i32Add);
  writer.byte(Opcode.globalSet);
  writer.u32(stackPointer);
}

/** Bytes of a frame that stands for a call's place on the WebAssembly stack. A multiple of the C stack's alignment. */
const RECURSION_FRAME = 128;
const I32_LT_U = 0x49;
const I32_GT_U = 0x4b;
const EMPTY_BLOCK_TYPE = 0x40;
