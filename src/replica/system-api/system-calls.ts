import { SYSTEM_MODULE, systemInterface } from '../../wasm';
import { modeText } from '../execution/mode';
import type { Profile } from '../execution/profile';
import { callCalls } from './calls';
import { cycleCalls } from './cycles';
import { environmentCalls } from './environment';
import { contractViolation, type Host } from './host';
import { messageCalls } from './message';
import { callRule } from './rules';
import { stableCalls } from './stable';

/** Implementations by name; arguments and result are numbers for i32 and bigints for i64, as WebAssembly passes them. */
export type SystemCalls = Readonly<Record<string, (...args: never[]) => unknown>>;

/** Calls that the IC compiles into the canister: no mode gate, and costs of their own. */
const UNGATED = /^stable/;

/**
 * All of module `ic0` for one canister. A call made in a mode that does not allow it is charged, and traps before it does anything.
 * @param profile is told what each call cost
 */
export function systemImports(host: Host, profile?: Profile): WebAssembly.Imports {
  const calls: SystemCalls = {
    ...stableCalls(host),
    ...messageCalls(host),
    ...environmentCalls(host),
    ...cycleCalls(host),
    ...callCalls(host),
  };
  const functions: Record<string, WebAssembly.ImportValue> = {};
  for (const name of systemInterface(false).keys()) {
    const call = calls[name]!;
    const answer = UNGATED.test(name) ? call : gated(host, name, call);
    functions[name] = profile ? profiled(host, name, answer, profile) : answer;
  }
  return { [SYSTEM_MODULE]: functions };
}

function profiled(
  host: Host,
  name: string,
  call: SystemCalls[string],
  profile: Profile,
): SystemCalls[string] {
  return (...args) => {
    const before = host.instance.workDone;
    try {
      return call(...args);
    } finally {
      profile.add(`ic0.${name}`, Number(host.instance.workDone - before));
    }
  };
}

function gated(host: Host, name: string, call: SystemCalls[string]): SystemCalls[string] {
  const { modes, cost } = callRule(name);
  return (...args) => {
    const { mode } = host.execution;
    if (cost > 0) host.charge(cost);
    if ((modes & mode) === 0) {
      throw contractViolation(`"ic0_${name}" cannot be executed in ${modeText(mode)} mode`);
    }
    return call(...args);
  };
}
