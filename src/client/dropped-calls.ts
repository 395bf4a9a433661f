import type { TabulariumService } from '../candid';
import { refusal } from './error';

/**
 * The service with one more typed refusal. The canister has an update dropped, unpaid for, whose caller it would refuse
 * (`inspect_message`), and each agent words that in its own way; here it is `NOT_AUTHORISED`, as in an answer. What else a
 * call fails with stays the agent's.
 */
export function refusingDropped(service: TabulariumService): TabulariumService {
  return new Proxy(service, {
    get(_, name) {
      const method: unknown = Reflect.get(service, name);
      if (typeof method !== 'function') return method;
      return async (...parameters: unknown[]) => {
        try {
          return await method.apply(service, parameters);
        } catch (error) {
          throw wasDropped(error) ? notAuthorised(String(name), error) : error;
        }
      };
    },
  });
}

/** The IC's own words, which reach callers of agents and of PocketIC within the error's message. */
function wasDropped(error: unknown): boolean {
  return error instanceof Error && /IC0406/.test(error.message) && /rejected the message/.test(error.message);
}

function notAuthorised(method: string, cause: unknown): Error {
  return refusal(
    'NOT_AUTHORISED',
    `the caller may not call ${method} here, there is no such archive, or an argument is far longer than any that is valid: sign with another identity, ask the archive's owner for a role, or take a new reference`,
    { cause },
  );
}
