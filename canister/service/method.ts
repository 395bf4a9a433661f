import { query, update } from 'azle';
import type { MethodSignature } from '../../src/candid';

/**
 * Declares a method of the canister as its signature says.
 *
 * @param options `manual` for methods that decode and reply natively, because Candid in interpreted JavaScript costs
 *   millions of instructions a call.
 */
export function method({ mode, parameters, result }: MethodSignature, options: { manual?: boolean } = {}) {
  return mode === 'query' ? query(parameters, result, options) : update(parameters, result, options);
}
