import { CanisterTrap, ErrorCode } from '../errors';
import { isReplicated } from '../execution/mode';
import { SystemCallPrice } from '../instruction-prices';
import { contractViolation, type Host } from './host';
import type { SystemCalls } from './system-calls';

const MAXIMUM_CERTIFIED_DATA = 32;
const MAXIMUM_PRINCIPAL = 29;
/** Longest text of debug_print and trap that is kept, in bytes. */
const MAXIMUM_LOG_TEXT = 32 * 1024;

const utf8 = new TextDecoder('utf-8');
const utf8Encoder = new TextEncoder();

/** Identity, time, timers, certified data, logging and the other calls about the canister and its surroundings. */
export function environmentCalls(host: Host): SystemCalls {
  const { canister } = host;

  const sized = (name: string, source: () => Uint8Array): SystemCalls => ({
    [`${name}_size`]: () => source().length,
    [`${name}_copy`]: (destination: number, offset: number, size: number) => {
      host.charge(size >>> 0);
      host.copyOut(`${name}_copy`, source(), destination >>> 0, offset >>> 0, size >>> 0);
    },
  });

  const hasCertificate = (): boolean => host.execution.input.hasCertificate ?? false;

  const logText = (source: number, size: number): string => {
    const length = Math.min(size >>> 0, MAXIMUM_LOG_TEXT);
    const capacity = canister.logCapacity;
    const room = Math.max(0, capacity - host.execution.loggedBytes);
    host.charge(
      Math.min(length, capacity) * SystemCallPrice.logByteCopied +
        Math.min(length, room) * SystemCallPrice.logByteStored,
    );
    host.execution.loggedBytes += Math.min(length, room);
    return utf8.decode(host.source(source >>> 0, length));
  };

  return {
    ...sized('canister_self', () => canister.id),
    ...sized('subnet_self', () => canister.subnetId),
    ...sized('root_key', () => canister.rootKey),
    ...sized('data_certificate', () => {
      if (!hasCertificate()) throw contractViolation('ic0_data_certificate: no certificate available');
      return canister.certificate();
    }),
    data_certificate_present: () => (hasCertificate() ? 1 : 0),
    canister_status: () => canister.statusCode,
    canister_version: () => canister.version,
    time: () => host.execution.input.time,
    in_replicated_execution: () => (isReplicated(host.execution.mode) ? 1 : 0),

    performance_counter: (type: number) => {
      const used = host.instructionsUsed;
      if (type === 0) return used;
      if (type === 1) return used + (host.execution.input.contextInstructions ?? 0n);
      throw contractViolation(`Error getting performance counter type ${type}`);
    },

    is_controller: (source: number, size: number) => {
      const length = size >>> 0;
      host.charge(length);
      const principal = host.read(source >>> 0, length);
      if (length > MAXIMUM_PRINCIPAL)
        throw contractViolation('ic0_is_controller: the principal is malformed');
      return canister.isController(principal) ? 1 : 0;
    },

    certified_data_set: (source: number, size: number) => {
      const length = size >>> 0;
      host.charge(length);
      if (length > MAXIMUM_CERTIFIED_DATA) {
        throw contractViolation(
          `ic0_certified_data_set failed because the passed data must be no larger than ${MAXIMUM_CERTIFIED_DATA} bytes. Found ${length} bytes`,
        );
      }
      host.execution.certifiedData = host.read(source >>> 0, length);
    },

    global_timer_set: (time: bigint) => {
      const { execution } = host;
      const previous = execution.globalTimer ?? canister.globalTimer;
      execution.globalTimer = BigInt.asUintN(64, time);
      return previous;
    },

    debug_print: (source: number, size: number) => {
      const length = size >>> 0;
      const inside = host.instance.heap.view(source >>> 0, Math.min(length, MAXIMUM_LOG_TEXT));
      host.execution.debug.push(
        inside ? logText(source, size) : '(debug_print message out of memory bounds)',
      );
    },

    trap: (source: number, size: number) => {
      const inside = host.instance.heap.view(source >>> 0, Math.min(size >>> 0, MAXIMUM_LOG_TEXT));
      host.charge(size >>> 0);
      const text = inside ? logText(source, size) : '(trap message out of memory bounds)';
      throw new CanisterTrap(
        `Canister called \`ic0.trap\` with message: '${text}'`,
        ErrorCode.canisterCalledTrap,
        text || '(no message)',
      );
    },

    ...environmentVariableCalls(host),
  };
}

function environmentVariableCalls(host: Host): SystemCalls {
  const sorted = () => [...host.canister.environmentVariables].sort(([a], [b]) => (a < b ? -1 : 1));

  const nameAt = (index: number): Uint8Array => {
    const entry = sorted()[index >>> 0];
    if (!entry) throw contractViolation(`ic0.env_var_name: index ${index >>> 0} is out of bounds`);
    return utf8Encoder.encode(entry[0]);
  };

  const nameIn = (source: number, size: number): string => {
    host.charge(size >>> 0);
    return host.text(source >>> 0, size >>> 0, 'environment variable name');
  };

  const valueNamed = (source: number, size: number): Uint8Array => {
    const name = nameIn(source, size);
    const value = host.canister.environmentVariables.get(name);
    if (value === undefined) throw contractViolation(`ic0.env_var_value: no environment variable ${name}`);
    return utf8Encoder.encode(value);
  };

  return {
    env_var_count: () => host.canister.environmentVariables.size,
    env_var_name_size: (index: number) => nameAt(index).length,
    env_var_name_copy: (index: number, destination: number, offset: number, size: number) => {
      host.charge(size >>> 0);
      host.copyOut('env_var_name_copy', nameAt(index), destination >>> 0, offset >>> 0, size >>> 0);
    },
    env_var_name_exists: (source: number, size: number) =>
      host.canister.environmentVariables.has(nameIn(source, size)) ? 1 : 0,
    env_var_value_size: (source: number, size: number) => valueNamed(source, size).length,
    env_var_value_copy: (
      source: number,
      nameSize: number,
      destination: number,
      offset: number,
      size: number,
    ) => {
      host.charge(size >>> 0);
      const value = valueNamed(source, nameSize);
      host.copyOut('env_var_value_copy', value, destination >>> 0, offset >>> 0, size >>> 0);
    },
  };
}
