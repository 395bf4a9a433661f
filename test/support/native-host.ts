import { Database } from '../../src/database';
import { linkNode } from '../../src/link';
import { BufferStableMemory, NodeHost, type NodeHostOptions } from '../../src/native/node';

let compiled: Promise<WebAssembly.Module> | undefined;

/** The native module for Node, linked once a process and only when a source has changed. */
export function nativeModule(): Promise<WebAssembly.Module> {
  compiled ??= linkNode().then(({ bytes }) => new WebAssembly.Module(bytes));
  return compiled;
}

/** A native module over an empty stable memory in a buffer, unless the options say otherwise. */
export async function startHost(options: Partial<NodeHostOptions> = {}): Promise<NodeHost> {
  return new NodeHost({
    module: await nativeModule(),
    stableMemory: new BufferStableMemory(),
    ...options,
  });
}

/** A new archive in the first slot of a host of its own. */
export async function newDatabase(): Promise<Database> {
  const { native } = await startHost();
  return new Database(native, { memoryId: 120, create: true });
}

/** What a call throws; fails when it throws nothing. */
export function thrownBy(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
