import { readImports, WasmModule } from '../../wasm';
import { LinkError } from '../errors';
import { fillTemplate } from './placeholders';

/** A method that the canister class declares. Its index is how Azle's runtime finds the callback. */
export interface Method {
  readonly name: string;
  readonly index: number;
  readonly composite?: boolean;
}

export interface MethodMeta {
  readonly queries?: readonly Method[];
  readonly updates?: readonly Method[];
  readonly init?: Method;
  readonly post_upgrade?: Method;
  readonly pre_upgrade?: Method;
  readonly inspect_message?: Method;
  readonly heartbeat?: Method;
  readonly on_low_wasm_memory?: Method;
}

/** A method whose types the native codec has no plan for, so that Azle's encodes and decodes them. */
export interface UnplannedMethod {
  readonly method: string;
  readonly reason: string;
}

export interface CanisterInterface {
  readonly candid: string;
  readonly methodMeta: MethodMeta;
  readonly unplanned: readonly UnplannedMethod[];
}

interface TemplateExports {
  readonly memory: WebAssembly.Memory;
  get_candid_and_method_meta_pointer(): number;
}

/**
 * Runs the canister's JavaScript once, in Azle's unlinked template, and asks it for its Candid and its methods. There is no IC
 * and no native module there: only the module's top level and the canister class's constructor run, as in any Azle build.
 * @throws LinkError with what the JavaScript threw
 */
export function generateCandid(
  template: Uint8Array,
  javascript: string,
  azleVersion: string,
): CanisterInterface {
  const module = WasmModule.parse(template);
  fillTemplate(module, javascript, azleVersion);
  let memory: WebAssembly.Memory | undefined;
  const text = (address: number, size: number) =>
    new TextDecoder().decode(new Uint8Array(memory!.buffer, address, size));
  const answers: Record<string, (...operands: number[]) => unknown> = {
    trap: (address, size) => {
      throw new Error(text(address!, size!));
    },
    debug_print: (address, size) => process.stderr.write(`${text(address!, size!)}\n`),
    time: () => 0n,
  };
  const imports = Object.fromEntries(
    readImports(module).map(({ name }) => [name, answers[name] ?? (() => undefined)]),
  );
  try {
    const instance = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(module.encode())), {
      ic0: imports,
    });
    const exports = instance.exports as unknown as TemplateExports;
    memory = exports.memory;
    const start = exports.get_candid_and_method_meta_pointer();
    const bytes = new Uint8Array(memory.buffer);
    return JSON.parse(text(start, bytes.indexOf(0, start) - start)) as CanisterInterface;
  } catch (error) {
    throw new LinkError(
      'candid-generation-failed',
      `the canister's JavaScript failed when it was asked for its Candid: ${(error as Error).message}`,
      'While its modules load and in the class constructor there is no IC and no native module yet: use them in methods, or in init and postUpgrade (docs/USE-IN-YOUR-CANISTER.md)',
    );
  }
}
