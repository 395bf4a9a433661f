// Compiles IDL types into the words that the native codec takes (src/native/assembly/candid/codec/plan.ts has their layout).

import type { IDL } from '@dfinity/candid';

/** The classes of types, and so the bundle whose types can be compiled: another copy's principals have another class. */
export type Idl = typeof IDL;

export interface CompiledTypes {
  readonly words: Int32Array;
  readonly labels: readonly string[];
}

/** Opcodes of Candid's binary format, and two kinds that only plans have. */
const OPCODE = {
  null: -1,
  bool: -2,
  nat: -3,
  int: -4,
  nat8: -5,
  nat16: -6,
  nat32: -7,
  nat64: -8,
  int8: -9,
  int16: -10,
  int32: -11,
  int64: -12,
  float32: -13,
  float64: -14,
  text: -15,
  reserved: -16,
  empty: -17,
  opt: -18,
  vec: -19,
  record: -20,
  variant: -21,
  func: -22,
  service: -23,
  principal: -24,
  tuple: -100,
  recursive: -101,
} as const;

const ANNOTATIONS: Readonly<Record<string, number>> = { query: 1, oneway: 2, composite_query: 3 };

/** Types nest no deeper. */
const DEEPEST = 200;

/** Why types cannot be compiled. They are left to @dfinity/candid. */
export class Unplannable extends Error {
  override readonly name = 'Unplannable';
}

/**
 * Compiles types, of which equal ones become one node.
 * @throws Unplannable when there is no plan for a type
 */
export function compileTypes(idl: Idl, types: readonly IDL.Type[]): CompiledTypes {
  const compiler = new Compiler(idl);
  const nodes = types.map((type) => compiler.add(type, 0));
  return compiler.finish(nodes);
}

interface Labelled {
  readonly _fields: readonly (readonly [label: string, type: IDL.Type])[];
}

class Compiler {
  readonly #idl: Idl;
  /** Words node by node; a recursive type's are known last. */
  readonly #nodes: (readonly number[])[] = [];
  readonly #byType = new Map<IDL.Type, number>();
  readonly #byWords = new Map<string, number>();
  readonly #labels = new Map<string, number>();

  constructor(idl: Idl) {
    this.#idl = idl;
  }

  finish(types: readonly number[]): CompiledTypes {
    const words = [types.length, ...types, this.#nodes.length];
    for (const node of this.#nodes) words.push(...node);
    return { words: Int32Array.from(words), labels: [...this.#labels.keys()] };
  }

  add(type: IDL.Type, depth: number): number {
    const known = this.#byType.get(type);
    if (known !== undefined) return known;
    if (depth > DEEPEST) throw new Unplannable(`types nest deeper than ${DEEPEST}`);
    const node = this.#isRecursive(type)
      ? this.#addRecursive(type, depth)
      : this.#intern(this.#words(type, depth));
    this.#byType.set(type, node);
    return node;
  }

  #isRecursive(type: IDL.Type): type is IDL.RecClass {
    return Object.getPrototypeOf(type) === this.#idl.RecClass.prototype;
  }

  /** Its number is taken before what it is filled with is looked at, which refers to it. */
  #addRecursive(type: IDL.RecClass, depth: number): number {
    const node = this.#nodes.push([]) - 1;
    this.#byType.set(type, node);
    const content = type.getType() as IDL.Type | undefined;
    if (content === undefined) throw new Unplannable('a recursive type is not filled');
    const filled = this.add(content, depth + 1);
    const kind = this.#nodes[filled]![0];
    if (
      kind === undefined ||
      kind === OPCODE.recursive ||
      (kind > OPCODE.opt && kind < 0) ||
      kind === OPCODE.principal
    ) {
      throw new Unplannable('a recursive type is filled with none that has parts');
    }
    this.#nodes[node] = [OPCODE.recursive, filled];
    return node;
  }

  #intern(words: readonly number[]): number {
    const key = words.join();
    const known = this.#byWords.get(key);
    if (known !== undefined) return known;
    const node = this.#nodes.push(words) - 1;
    this.#byWords.set(key, node);
    return node;
  }

  #words(type: IDL.Type, depth: number): number[] {
    const idl = this.#idl;
    switch (Object.getPrototypeOf(type)) {
      case idl.TextClass.prototype:
      case idl.NatClass.prototype:
      case idl.IntClass.prototype:
      case idl.BoolClass.prototype:
      case idl.NullClass.prototype:
      case idl.ReservedClass.prototype:
      case idl.EmptyClass.prototype:
      case idl.PrincipalClass.prototype:
      case idl.FloatClass.prototype:
      case idl.FixedNatClass.prototype:
      case idl.FixedIntClass.prototype:
        return [OPCODE[type.name as keyof typeof OPCODE]];
      case idl.OptClass.prototype:
        return [OPCODE.opt, this.add((type as unknown as { readonly _type: IDL.Type })._type, depth + 1)];
      case idl.VecClass.prototype:
        return [OPCODE.vec, this.add((type as unknown as { readonly _type: IDL.Type })._type, depth + 1)];
      case idl.RecordClass.prototype:
        return this.#labelled(OPCODE.record, (type as unknown as Labelled)._fields, depth);
      case idl.TupleClass.prototype:
        return this.#labelled(OPCODE.tuple, (type as unknown as Labelled)._fields, depth);
      case idl.VariantClass.prototype:
        return this.#labelled(OPCODE.variant, (type as unknown as Labelled)._fields, depth);
      case idl.ServiceClass.prototype:
        return this.#labelled(OPCODE.service, (type as unknown as Labelled)._fields, depth);
      case idl.FuncClass.prototype:
        return this.#func(type as IDL.FuncClass, depth);
      default:
        throw new Unplannable(`${describe(type)} is no type of this bundle's IDL`);
    }
  }

  #labelled(kind: number, fields: Labelled['_fields'], depth: number): number[] {
    const words = [kind, fields.length];
    for (const [label, type] of fields) {
      // As a property of an object it would be the object's prototype.
      if (label === '__proto__') throw new Unplannable('a field is named __proto__');
      words.push(this.#label(label), this.add(type, depth + 1));
    }
    return words;
  }

  #func({ argTypes, retTypes, annotations }: IDL.FuncClass, depth: number): number[] {
    const types = [...argTypes, ...retTypes].map((type) => this.add(type, depth + 1));
    const marks = annotations.map((annotation) => {
      const mark = ANNOTATIONS[annotation];
      if (mark === undefined) throw new Unplannable(`a func has the annotation ${annotation}`);
      return mark;
    });
    return [OPCODE.func, argTypes.length, retTypes.length, marks.length, ...types, ...marks];
  }

  #label(label: string): number {
    const known = this.#labels.get(label);
    if (known !== undefined) return known;
    const number = this.#labels.size;
    this.#labels.set(label, number);
    return number;
  }
}

function describe(type: unknown): string {
  return typeof type === 'object' && type !== null ? (type.constructor?.name ?? 'an object') : String(type);
}
