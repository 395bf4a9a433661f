import { fileURLToPath } from 'node:url';
import { type AddressMap, linkNode, type NodeModule } from '../../src/link';

export const FIXTURES = fileURLToPath(new URL('./fixtures/', import.meta.url));
export const OUTPUT = fileURLToPath(new URL('../../.tabularium/test-link/', import.meta.url));

export const SQLITE_ROW = 100;

/** Exports of fixtures/native.ts. Addresses are the engine's. */
interface FixtureExports {
  readonly memory: WebAssembly.Memory;
  boot(): number;
  limitMemory(bytes: bigint): void;
  allocate(size: bigint): number;
  open(name: number, connectionOut: number): number;
  prepare(connection: number, sql: number, size: number, statementOut: number): number;
  step(statement: number): number;
  bindInteger(statement: number, index: number, value: bigint): number;
  columnInteger(statement: number, column: number): bigint;
  lastRowid(connection: number): bigint;
  finalize(statement: number): number;
  copyBlock(destination: number, source: number, size: number): void;
  fillBlock(destination: number, value: number, size: number): void;
  compareBlocks(left: number, right: number, size: number): number;
}

export function linkFixture(): Promise<NodeModule> {
  return linkNode({ nativeEntry: `${FIXTURES}native.ts`, outDir: OUTPUT, name: 'fixture' });
}

/** The relocated engine in Node, with an in-memory database open. */
export class EngineFixture {
  readonly exports: FixtureExports;
  readonly map: AddressMap;
  private readonly connection: number;
  private readonly out: number;

  constructor({ bytes, map }: NodeModule) {
    const imports: WebAssembly.Imports = { ic0: {}, quickjs: {} };
    const module = new WebAssembly.Module(bytes);
    for (const { module: space, name } of WebAssembly.Module.imports(module)) {
      imports[space]![name] = () => {
        throw new Error(`${space}.${name} was called`);
      };
    }
    this.exports = new WebAssembly.Instance(module, imports).exports as unknown as FixtureExports;
    this.map = map;
    const result = this.exports.boot();
    if (result !== 0) throw new Error(`sqlite3_initialize answered ${result}`);
    this.out = this.exports.allocate(16n);
    this.exports.open(this.put(':memory:').address, this.out);
    this.connection = this.readOut();
  }

  /** All of linear memory. */
  get bytes(): Uint8Array {
    return new Uint8Array(this.exports.memory.buffer);
  }

  /** The engine's address space. */
  get addressSpace(): Uint8Array {
    return this.bytes.subarray(this.map.engineBase);
  }

  /** Runs one statement. @returns the first column of the first row, or undefined when there is none */
  run(sql: string, parameter?: bigint): bigint | undefined {
    const { address, size } = this.put(sql);
    const prepared = this.exports.prepare(this.connection, address, size, this.out);
    if (prepared !== 0) throw new Error(`preparing ${sql.slice(0, 40)} answered ${prepared}`);
    const statement = this.readOut();
    if (parameter !== undefined) this.exports.bindInteger(statement, 1, parameter);
    const stepped = this.exports.step(statement);
    const value = stepped === SQLITE_ROW ? this.exports.columnInteger(statement, 0) : undefined;
    const result = this.exports.finalize(statement);
    if (result !== 0) throw new Error(`running ${sql.slice(0, 40)} answered ${result}`);
    return value;
  }

  lastRowid(): bigint {
    return this.exports.lastRowid(this.connection);
  }

  private put(text: string): { readonly address: number; readonly size: number } {
    const encoded = new TextEncoder().encode(`${text}\0`);
    const address = this.exports.allocate(BigInt(encoded.length));
    this.addressSpace.set(encoded, address);
    return { address, size: encoded.length };
  }

  private readOut(): number {
    return new DataView(this.exports.memory.buffer).getUint32(this.map.engineBase + this.out, true);
  }
}
