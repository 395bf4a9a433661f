import { NativeTrap } from './native-trap';
import type { StableMemory } from './stable-memory';

/** The message that native code sees through ic0. */
export interface Message {
  /** Candid bytes of the argument. */
  readonly argument: Uint8Array;
  /** Principal of the caller, as bytes. */
  readonly caller: Uint8Array;
  readonly callerIsController: boolean;
  /** False for a query that one node answers alone. */
  readonly replicated: boolean;
  /** Name of the method that is called. */
  readonly method: string;
}

/** No argument, from the anonymous principal. */
export const EMPTY_MESSAGE: Message = {
  argument: new Uint8Array(0),
  caller: Uint8Array.of(4),
  callerIsController: false,
  replicated: true,
  method: '',
};

/** What passes while a message runs. */
export interface Clocks {
  /** Nanoseconds since 1970. */
  readonly now: () => bigint;
  /** Instructions of the message so far. */
  readonly instructions: () => bigint;
}

/** The IC's system API as far as native code imports it, over a stable memory and one message at a time. */
export class SystemInterface {
  message: Message = EMPTY_MESSAGE;
  /** What was replied to the message so far; `undefined` until it was sent. */
  reply: Uint8Array | undefined;
  /** Why it was rejected, if it was. */
  rejection: string | undefined;
  /** Whether it was let in. */
  accepted = false;
  #parts: Uint8Array[] = [];

  constructor(
    private readonly stable: StableMemory,
    private readonly memory: () => WebAssembly.Memory,
    private readonly clocks: Clocks,
  ) {}

  receive(message: Message): void {
    this.message = message;
    this.reply = undefined;
    this.accepted = false;
    this.rejection = undefined;
    this.#parts = [];
  }

  /** The import object. */
  readonly imports = {
    stable64_size: () => BigInt(this.stable.pages),
    stable64_grow: (pages: bigint) => BigInt(this.stable.grow(Number(pages))),
    stable64_read: (target: bigint, offset: bigint, size: bigint) =>
      this.stable.read(Number(offset), this.#bytes(target, size)),
    stable64_write: (offset: bigint, source: bigint, size: bigint) =>
      this.stable.write(Number(offset), this.#bytes(source, size)),

    msg_arg_data_size: () => this.message.argument.length,
    msg_arg_data_copy: (target: number, offset: number, size: number) =>
      this.#copy(this.message.argument, target, offset, size),
    msg_caller_size: () => this.message.caller.length,
    msg_caller_copy: (target: number, offset: number, size: number) =>
      this.#copy(this.message.caller, target, offset, size),
    msg_method_name_size: () => Buffer.byteLength(this.message.method),
    msg_method_name_copy: (target: number, offset: number, size: number) =>
      this.#copy(Buffer.from(this.message.method), target, offset, size),
    accept_message: () => {
      this.accepted = true;
    },
    is_controller: () => (this.message.callerIsController ? 1 : 0),
    msg_reply_data_append: (source: number, size: number) => {
      this.#parts.push(this.#bytes(source, size).slice());
    },
    msg_reply: () => {
      if (this.reply !== undefined) throw new NativeTrap('this message was replied to already');
      this.reply = new Uint8Array(Buffer.concat(this.#parts));
    },
    msg_reject: (source: number, size: number) => {
      this.rejection = new TextDecoder().decode(this.#bytes(source, size));
    },
    in_replicated_execution: () => (this.message.replicated ? 1 : 0),
    performance_counter: () => this.clocks.instructions(),

    time: () => this.clocks.now(),
    trap: (text: number, size: number) => {
      throw new NativeTrap(new TextDecoder().decode(this.#bytes(text, size)));
    },
  };

  #copy(source: Uint8Array, target: number, offset: number, size: number): void {
    this.#bytes(target, size).set(source.subarray(offset >>> 0, (offset >>> 0) + (size >>> 0)));
  }

  /** A view of linear memory; addresses arrive as signed or as 64-bit numbers. */
  #bytes(pointer: bigint | number, size: bigint | number): Uint8Array {
    return new Uint8Array(this.memory().buffer, Number(pointer) >>> 0, Number(size) >>> 0);
  }
}
