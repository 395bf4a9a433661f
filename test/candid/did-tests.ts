// Reads Candid's own test files: types, and assertions on what messages in binary notation decode to.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type GenericIdlFuncArgs, type GenericIdlFuncRets, IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';

/** A message in binary notation, or values in textual notation. */
export type DidInput = { readonly bytes: Uint8Array } | { readonly text: string };

export interface DidAssertion {
  readonly file: string;
  readonly line: number;
  readonly title: string;
  readonly input: DidInput;
  /** What the input is compared with, if it is. */
  readonly other?: { readonly input: DidInput; readonly equal: boolean };
  /** False when the input must be refused. */
  readonly accepted: boolean;
  readonly types: readonly IDL.Type[];
}

/** The folder that CANDID_TESTS_DIR names, if it does. */
export function didFolder(): string | undefined {
  return process.env.CANDID_TESTS_DIR || undefined;
}

export function readDidTests(folder: string): DidAssertion[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.test.did'));
  if (files.length === 0) throw new Error(`${folder} holds no *.test.did`);
  return files.flatMap((file) => new DidReader(file, readFileSync(join(folder, file), 'utf8')).assertions());
}

/** Values in textual notation, at their types. */
export function readValues(text: string, types: readonly IDL.Type[]): unknown[] {
  const reader = new DidReader('a value', text);
  return reader.values(types);
}

type Label = { readonly name: string } | { readonly id: number };

const TOKEN =
  /\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/|("(?:[^"\\]|\\[\s\S])*"|->|==|!=|!:|[A-Za-z_]\w*|[+-]?\d[\d_]*(?:\.\d*)?(?:[eE][+-]?\d+)?|[(){};:=,.])/y;

class DidReader {
  readonly #tokens: { readonly text: string; readonly line: number }[] = [];
  readonly #types = new Map<string, IDL.RecClass>();
  #next = 0;

  constructor(
    private readonly file: string,
    source: string,
  ) {
    let line = 1;
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < source.length) {
      const start = TOKEN.lastIndex;
      const match = TOKEN.exec(source);
      if (match === null)
        throw new Error(`${file}:${line}: ${JSON.stringify(source.slice(start, start + 20))} is no Candid`);
      if (match[1] !== undefined) this.#tokens.push({ text: match[1], line });
      line += match[0].split('\n').length - 1;
    }
  }

  assertions(): DidAssertion[] {
    const found: DidAssertion[] = [];
    while (this.#next < this.#tokens.length) {
      if (this.#accept('type')) this.#define();
      else found.push(this.#assertion());
    }
    return found;
  }

  values(types: readonly IDL.Type[]): unknown[] {
    return types.length === 0 ? this.#list(() => undefined).slice(0, 0) : this.#tupleOf(types);
  }

  #tupleOf(types: readonly IDL.Type[]): unknown[] {
    this.#expect('(');
    const values = types.map((type, index) => {
      if (index > 0) this.#accept(',');
      return this.#peek() === ')' ? missing(type) : this.#value(type);
    });
    this.#expect(')');
    return values;
  }

  #define(): void {
    const name = this.#take();
    this.#expect('=');
    this.#named(name).fill(this.#type());
    this.#expect(';');
  }

  #named(name: string): IDL.RecClass {
    let type = this.#types.get(name);
    if (type === undefined) {
      type = IDL.Rec();
      this.#types.set(name, type);
    }
    return type;
  }

  #assertion(): DidAssertion {
    const { line } = this.#tokens[this.#next]!;
    this.#expect('assert');
    const input = this.#input();
    let other: DidAssertion['other'];
    const sign = this.#take();
    if (sign === '==' || sign === '!=') {
      other = { input: this.#input(), equal: sign === '==' };
      this.#expect(':');
    }
    const types = this.#list(() => this.#type());
    const title = this.#peek()?.startsWith('"') ? this.#text(this.#take()) : '';
    this.#expect(';');
    const base = { file: this.file, line, title, input, accepted: sign !== '!:', types };
    return other ? { ...base, other } : base;
  }

  #input(): DidInput {
    const isBytes = this.#accept('blob');
    const token = this.#take();
    return isBytes ? { bytes: bytesOf(token) } : { text: this.#text(token) };
  }

  #list<T>(item: () => T): T[] {
    const items: T[] = [];
    this.#expect('(');
    while (!this.#accept(')')) {
      items.push(item());
      this.#accept(',');
    }
    return items;
  }

  #type(): IDL.Type {
    if (this.#peek() === '(') return this.#func();
    const name = this.#take();
    const primitive = PRIMITIVES[name];
    if (primitive !== undefined) return primitive;
    if (name === 'opt') return IDL.Opt(this.#type());
    if (name === 'vec') return IDL.Vec(this.#type());
    if (name === 'blob') return IDL.Vec(IDL.Nat8);
    if (name === 'func') return this.#func();
    if (name === 'service') return this.#service();
    if (name === 'record') return this.#record();
    if (name === 'variant') return IDL.Variant(Object.fromEntries(this.#fields(() => IDL.Null)));
    return this.#named(name);
  }

  #func(): IDL.FuncClass {
    const inputs = this.#list(() => this.#type()) as GenericIdlFuncArgs;
    this.#expect('->');
    const results = this.#list(() => this.#type()) as GenericIdlFuncRets;
    const annotations: string[] = [];
    while (['query', 'oneway', 'composite_query'].includes(this.#peek() ?? ''))
      annotations.push(this.#take());
    return IDL.Func(inputs, results, annotations);
  }

  #service(): IDL.ServiceClass {
    const methods: [string, IDL.FuncClass][] = [];
    this.#expect('{');
    while (!this.#accept('}')) {
      const token = this.#take();
      this.#expect(':');
      methods.push([token.startsWith('"') ? this.#text(token) : token, this.#func()]);
      this.#accept(';');
    }
    return IDL.Service(Object.fromEntries(methods));
  }

  #record(): IDL.Type {
    const fields = this.#fields(undefined);
    const isTuple = fields.length > 0 && fields.every(([label], index) => label === `_${index}_`);
    return isTuple ? IDL.Tuple(...fields.map(([, type]) => type)) : IDL.Record(Object.fromEntries(fields));
  }

  /** @param unnamed what a lone label's type is, in variants; in records what stands alone is a type */
  #fields(unnamed: (() => IDL.Type) | undefined): [string, IDL.Type][] {
    const fields: [string, IDL.Type][] = [];
    let position = 0;
    this.#expect('{');
    while (!this.#accept('}')) {
      if (unnamed !== undefined || this.#tokens[this.#next + 1]!.text === ':') {
        const label = this.#label();
        fields.push([key(label), this.#accept(':') ? this.#type() : unnamed!()]);
        if ('id' in label) position = label.id + 1;
      } else fields.push([`_${position++}_`, this.#type()]);
      this.#accept(';');
    }
    return fields;
  }

  #label(): Label {
    const token = this.#take();
    if (/^\d/.test(token)) return { id: Number(token) };
    return { name: token.startsWith('"') ? this.#text(token) : token };
  }

  #value(expected: IDL.Type): unknown {
    const type = expected instanceof IDL.RecClass ? (expected.getType() as IDL.Type) : expected;
    if (type instanceof IDL.OptClass) return this.#optValue(type);
    if (type instanceof IDL.ReservedClass) return this.#anything();
    const token = this.#take();
    if (token === 'null') return null;
    if (token === 'true' || token === 'false') return token === 'true';
    if (token === 'blob') return bytesOf(this.#take());
    if (token === 'vec') return this.#vecValue(type as IDL.VecClass<unknown>);
    if (token === 'record') return this.#recordValue(type as IDL.RecordClass);
    if (token === 'variant') return this.#variantValue(type as IDL.VariantClass);
    if (token === 'principal' || token === 'service') return Principal.fromText(this.#text(this.#take()));
    if (token === 'func') return this.#funcValue();
    if (token.startsWith('"')) return this.#text(token);
    const digits = token.replaceAll('_', '');
    return /^(nat|int)(64)?$/.test(type.name) ? BigInt(digits) : Number(digits);
  }

  #optValue(type: IDL.OptClass<unknown>): unknown[] {
    if (this.#accept('null')) return [];
    this.#accept('opt');
    return [this.#value(innerOf(type))];
  }

  #anything(): null {
    if (this.#take() === 'blob') this.#take();
    return null;
  }

  #vecValue(type: IDL.VecClass<unknown>): unknown[] {
    const values: unknown[] = [];
    this.#expect('{');
    while (!this.#accept('}')) {
      values.push(this.#value(innerOf(type)));
      this.#accept(';');
    }
    return values;
  }

  #recordValue(type: IDL.RecordClass): unknown {
    const given = new Map<string, unknown>();
    let position = 0;
    this.#expect('{');
    while (!this.#accept('}')) {
      const isLabelled = this.#tokens[this.#next + 1]!.text === '=';
      const label = isLabelled ? key(this.#label()) : `_${position++}_`;
      if (isLabelled) this.#expect('=');
      const field = type._fields.find(([name]) => name === label);
      const value = field ? this.#value(field[1]) : this.#anything();
      if (field) given.set(label, value);
      this.#accept(';');
    }
    const entries = type._fields.map(
      ([name, of]) => [name, given.has(name) ? given.get(name) : missing(of)] as const,
    );
    return type instanceof IDL.TupleClass ? entries.map(([, value]) => value) : Object.fromEntries(entries);
  }

  #variantValue(type: IDL.VariantClass): unknown {
    this.#expect('{');
    const label = key(this.#label());
    const payload = type._fields.find(([name]) => name === label)?.[1] ?? IDL.Null;
    const value = this.#accept('=') ? this.#value(payload) : null;
    this.#accept(';');
    this.#expect('}');
    return { [label]: value };
  }

  #funcValue(): unknown {
    const canister = Principal.fromText(this.#text(this.#take()));
    this.#expect('.');
    const token = this.#take();
    return [canister, token.startsWith('"') ? this.#text(token) : token];
  }

  #text(token: string): string {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytesOf(token));
  }

  #peek(): string | undefined {
    return this.#tokens[this.#next]?.text;
  }

  #take(): string {
    const token = this.#tokens[this.#next++];
    if (token === undefined) throw new Error(`${this.file} ends too early`);
    return token.text;
  }

  #accept(text: string): boolean {
    if (this.#peek() !== text) return false;
    this.#next++;
    return true;
  }

  #expect(text: string): void {
    if (this.#accept(text)) return;
    throw new Error(
      `${this.file}:${this.#tokens[this.#next]?.line}: ${text} was expected, not ${this.#peek()}`,
    );
  }
}

const PRIMITIVES: Readonly<Record<string, IDL.Type>> = {
  null: IDL.Null,
  bool: IDL.Bool,
  nat: IDL.Nat,
  int: IDL.Int,
  nat8: IDL.Nat8,
  nat16: IDL.Nat16,
  nat32: IDL.Nat32,
  nat64: IDL.Nat64,
  int8: IDL.Int8,
  int16: IDL.Int16,
  int32: IDL.Int32,
  int64: IDL.Int64,
  float32: IDL.Float32,
  float64: IDL.Float64,
  text: IDL.Text,
  reserved: IDL.Reserved,
  empty: IDL.Empty,
  principal: IDL.Principal,
};

function key(label: Label): string {
  return 'id' in label ? `_${label.id}_` : label.name;
}

function innerOf(type: IDL.OptClass<unknown> | IDL.VecClass<unknown>): IDL.Type {
  return (type as unknown as { readonly _type: IDL.Type })._type;
}

function missing(type: IDL.Type): unknown {
  const content = type instanceof IDL.RecClass ? type.getType() : type;
  return content instanceof IDL.OptClass ? [] : null;
}

const ESCAPES: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, '\\': 92, '"': 34, "'": 39 };

/** The bytes of a quoted text with Candid's escapes. */
function bytesOf(quoted: string): Uint8Array {
  const parts = quoted.slice(1, -1).matchAll(/\\u\{([\da-fA-F_]+)\}|\\([\da-fA-F]{2})|\\(.)|([^\\]+)/gsu);
  return Buffer.concat(
    [...parts].map(([, point, byte, escaped, plain]) => {
      if (point !== undefined)
        return Buffer.from(String.fromCodePoint(Number.parseInt(point.replaceAll('_', ''), 16)));
      if (byte !== undefined) return Buffer.of(Number.parseInt(byte, 16));
      return escaped !== undefined ? Buffer.of(ESCAPES[escaped]!) : Buffer.from(plain!);
    }),
  );
}
