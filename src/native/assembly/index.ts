// The native module: everything that the link and the two hosts call by name.

export { wrap_JS_ExecutePendingJob } from './binding/message-end';
export { wrap_JS_NewContext } from './binding/module';
export { enter_method, inspect_message } from './dispatch/dispatch';
export * from './engine/bulk-memory';
export * from './engine/clock';
export * from './engine/files';
export { engine_call_function } from './engine/function-calls';
export * from './engine/process';
export { wrap_sbrk } from './heap/host-break';
export { attach } from './memory/attach';
export {
  private_stable64_grow,
  private_stable64_read,
  private_stable64_size,
  private_stable64_write,
} from './memory/private-memory';
