export { BufferStableMemory } from './buffer-stable-memory';
export { FileStableMemory, type FileStableMemoryOptions } from './file-stable-memory';
export { NativeTrap } from './native-trap';
export { type LiveResources, NodeHost, type NodeHostOptions } from './node-host';
export type { StableMemory } from './stable-memory';
export type { Message } from './system-interface';
