const STABLE_PAGE = 65_536;
const STABLE_CAPACITY = 1024 * STABLE_PAGE;
const PRINCIPAL = new Uint8Array(29).fill(2);
/** Nanoseconds since 1970 at which the first message runs. */
const START_TIME = 1_735_689_600_000_000_000n;

type SystemCall = (...args: never[]) => unknown;

/**
 * A canister's Wasm as V8 runs it by itself: no metering, no page marks, no rollback, and only as much of the system interface as a message
 * needs that calls nobody. What the replica's guarantees cost is measured against it.
 */
export class BareCanister {
  private readonly instance: WebAssembly.Instance;
  private readonly memory: WebAssembly.Memory;
  private readonly stable = Buffer.alloc(STABLE_CAPACITY);
  private stablePages = 0;
  private argument: Uint8Array = new Uint8Array(0);
  private method: Uint8Array = new Uint8Array(0);
  private time = START_TIME;
  private reply: Uint8Array[] = [];

  /** @param module of a canister that exports its memory under the name `memory` */
  constructor(module: WebAssembly.Module) {
    this.instance = new WebAssembly.Instance(module, { ic0: this.systemCalls(module) });
    this.memory = this.instance.exports.memory as WebAssembly.Memory;
  }

  /** Runs an update as a user's message: the canister is asked whether it takes it first. @returns the reply's bytes */
  update(method: string, argument: Uint8Array): Uint8Array {
    this.method = new Uint8Array(Buffer.from(method));
    this.call('canister_inspect_message', argument);
    return this.call(`canister_update ${method}`, argument);
  }

  /** Runs an entry point. @returns the reply's bytes */
  call(exportName: string, argument: Uint8Array): Uint8Array {
    this.argument = argument;
    this.time++;
    this.reply = [];
    (this.instance.exports[exportName] as () => void)();
    return new Uint8Array(Buffer.concat(this.reply));
  }

  private systemCalls(module: WebAssembly.Module): Record<string, SystemCall> {
    const known: Record<string, SystemCall> = {
      ...this.messageCalls(),
      ...this.stableCalls(),
      canister_version: () => 1n,
      is_controller: () => 1,
      in_replicated_execution: () => 1,
      performance_counter: () => 0n,
      time: () => this.time,
      debug_print: () => undefined,
      global_timer_set: () => 0n,
      trap: (source: number, size: number) => {
        throw new Error(Buffer.from(this.view(source, size)).toString('utf8'));
      },
      call_new: () => undefined,
      call_on_cleanup: () => undefined,
      call_data_append: () => undefined,
      call_cycles_add128: () => undefined,
      // The call that the canister makes at boot is taken and never answered.
      call_perform: () => 0,
    };
    return Object.fromEntries(
      WebAssembly.Module.imports(module).map(({ name }) => [name, known[name] ?? unexpected(name)]),
    );
  }

  private messageCalls(): Record<string, SystemCall> {
    const copy =
      (source: () => Uint8Array): SystemCall =>
      (destination: number, offset: number, size: number) => {
        this.view(destination, size).set(source().subarray(offset, offset + size));
      };
    return {
      msg_arg_data_size: () => this.argument.length,
      msg_arg_data_copy: copy(() => this.argument),
      msg_caller_size: () => PRINCIPAL.length,
      msg_caller_copy: copy(() => PRINCIPAL),
      canister_self_size: () => PRINCIPAL.length,
      canister_self_copy: copy(() => PRINCIPAL),
      msg_reject_code: () => 0,
      msg_method_name_size: () => this.method.length,
      msg_method_name_copy: copy(() => this.method),
      accept_message: () => undefined,
      msg_reply_data_append: (source: number, size: number) => {
        this.reply.push(new Uint8Array(this.view(source, size)));
      },
      msg_reply: () => undefined,
    };
  }

  private stableCalls(): Record<string, SystemCall> {
    return {
      stable64_size: () => BigInt(this.stablePages),
      stable64_grow: (pages: bigint) => {
        const old = this.stablePages;
        if ((old + Number(pages)) * STABLE_PAGE > STABLE_CAPACITY) return -1n;
        this.stablePages += Number(pages);
        return BigInt(old);
      },
      stable64_write: (offset: bigint, source: bigint, size: bigint) => {
        this.stable.set(this.view(Number(source), Number(size)), Number(offset));
      },
      stable64_read: (destination: bigint, offset: bigint, size: bigint) => {
        const start = Number(offset);
        this.view(Number(destination), Number(size)).set(this.stable.subarray(start, start + Number(size)));
      },
    };
  }

  private view(address: number, size: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, address >>> 0, size >>> 0);
  }
}

function unexpected(name: string): SystemCall {
  return () => {
    throw new Error(`the measured messages were not expected to call ic0.${name}`);
  };
}
