import { IDL, query, update } from 'azle';
import {
  type AnswerOf,
  type ArgumentsOf,
  IdlTypes,
  METHODS,
  type Method,
  type MethodName,
} from '../../src/candid';
import { answer, answerNatively } from './answer';

/** What answers a method: of one that is declared native, everything; of the others, values for values. */
type Implementation<Declared extends Method> = Declared extends { readonly native: true }
  ? () => void
  : (...values: ArgumentsOf<Declared>) => AnswerOf<Declared>;

/** Every method that is declared, by what answers it. */
export type AllImplementations = { readonly [Name in MethodName]: Implementation<(typeof METHODS)[Name]> };

/** Some of them: those of one concept, in the file that holds it. */
export type Implementations = Partial<AllImplementations>;

/**
 * Makes the class that Azle takes a canister's methods from. Azle registers methods as its decorators run for an instance,
 * so the constructor runs them for each declared method. The methods are hidden from Azle's own list of the interface,
 * which a start would compose each time: `canister/index.did` is the interface, by its types' names.
 */
export function declaredMethods(implementations: AllImplementations): new () => object {
  return class DeclaredMethods {
    constructor() {
      const types = new IdlTypes<IDL.Type>(IDL);
      for (const name of Object.keys(METHODS) as MethodName[]) {
        const method: Method = METHODS[name];
        const { parameters, result } = types.ofMethod(method);
        const declare = method.kind === 'query' ? query : update;
        const options = { manual: method.native === true, hidden: true };
        const context = { name, addInitializer: (register: () => void) => register.call(this) };
        declare(
          parameters,
          result,
          options,
        )(
          answering(method, implementations[name] as (...values: unknown[]) => unknown),
          context as ClassMethodDecoratorContext<unknown, never>,
        );
      }
    }
  };
}

function answering(method: Method, implementation: (...values: unknown[]) => unknown) {
  if (method.native) {
    return () => answerNatively(implementation);
  }
  return method.answers === undefined
    ? implementation
    : (...values: unknown[]) => answer(() => implementation(...values));
}
