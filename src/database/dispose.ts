/**
 * `Symbol.dispose`, which QuickJS does not have: there it is the symbol that compiled `using` declarations fall back to.
 */
export const dispose: typeof Symbol.dispose = Symbol.dispose ?? Symbol.for('Symbol.dispose');
