import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { linkNode } from '../../../src/link/link-node';
import { PACKAGE_ROOT } from '../../../src/link/packages';
import type { NativeExports } from './native-exports';
import { StableMemory } from './stable-memory';

/** What `ic0.trap` threw. The IC rolls the message back; a test goes on with a new host on the bytes before. */
export class NativeTrap extends Error {}

export interface HostOptions {
  readonly stable?: StableMemory;
  /** Candid bytes of the install argument. */
  readonly argument?: Uint8Array;
}

let compiled: Promise<WebAssembly.Module> | undefined;

/** The engine and the storage modules in Node, over a stable memory in a buffer. */
export class StorageHost {
  now = 1_700_000_000_123_456_789n;
  /** What the counter of instructions says, and by how much it grows with each look at it. */
  instructions = 0n;
  instructionsPerLook = 0n;
  readonly stable: StableMemory;
  readonly native: NativeExports;

  static async start(options: HostOptions = {}): Promise<StorageHost> {
    compiled ??= compile();
    return new StorageHost(await compiled, options);
  }

  private constructor(module: WebAssembly.Module, options: HostOptions) {
    this.stable = options.stable ?? new StableMemory();
    const instance = new WebAssembly.Instance(module, {
      ic0: this.systemInterface(options.argument ?? new Uint8Array()),
    });
    this.native = instance.exports as unknown as NativeExports;
    this.native.attach();
    this.native.initializeEngine();
  }

  /** A view of heap bytes, valid until the next call. */
  view(address: number, size: number): Uint8Array {
    return new Uint8Array(this.native.memory.buffer, address >>> 0, size);
  }

  /** Calls with the address of a heap copy of some bytes. */
  withBytes<T>(bytes: Uint8Array, use: (address: number) => T): T {
    return this.withRoom(bytes.length, (address) => {
      this.view(address, bytes.length).set(bytes);
      return use(address);
    });
  }

  withRoom<T>(size: number, use: (address: number) => T): T {
    const address = this.native.allocate(Math.max(size, 1));
    if (address === 0) throw new Error(`there are no ${size} bytes`);
    try {
      return use(address);
    } finally {
      this.native.release(address);
    }
  }

  /** Bytes that a native function puts at an address. */
  fetch(size: number, fill: (address: number) => void): Uint8Array {
    return this.withRoom(size, (address) => {
      fill(address);
      return this.view(address, size).slice();
    });
  }

  private systemInterface(argument: Uint8Array): Record<string, (...values: never[]) => unknown> {
    const { stable } = this;
    const heap = (address: bigint | number, size: bigint | number) =>
      this.view(Number(address), Number(size));
    return {
      stable64_size: () => BigInt(stable.pages),
      stable64_grow: (pages: bigint) => BigInt(stable.grow(Number(pages))),
      stable64_read: (to: bigint, offset: bigint, size: bigint) =>
        heap(to, size).set(stable.read(Number(offset), Number(size))),
      stable64_write: (offset: bigint, from: bigint, size: bigint) =>
        stable.write(Number(offset), heap(from, size)),
      msg_arg_data_size: () => argument.length,
      msg_arg_data_copy: (to: number, offset: number, size: number) =>
        heap(to, size).set(argument.subarray(offset, offset + size)),
      time: () => this.now,
      performance_counter: () => {
        this.instructions += this.instructionsPerLook;
        return this.instructions;
      },
      trap: (message: number, size: number) => {
        throw new NativeTrap(new TextDecoder().decode(heap(message, size)));
      },
    };
  }
}

async function compile(): Promise<WebAssembly.Module> {
  const source = await readFile(join(import.meta.dirname, 'native-entry.assembly'), 'utf8');
  // The link's cache knows an entry by its path.
  const name = `storage-${createHash('sha256').update(source).digest('hex').slice(0, 12)}`;
  const folder = join(PACKAGE_ROOT, '.tabularium', 'test');
  await mkdir(folder, { recursive: true });
  const nativeEntry = join(folder, `${name}.ts`);
  await writeFile(nativeEntry, source);
  const { bytes } = await linkNode({ nativeEntry, outDir: folder, name });
  return new WebAssembly.Module(bytes);
}
