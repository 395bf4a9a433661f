import { functionTypeText } from '../../wasm';
import { LinkError } from '../errors';
import { functionType, type SymbolName, type Unit } from './unit';

/** Where a function really is: defined in a unit, or left to the outside. */
export type Target =
  | { readonly kind: 'defined'; readonly unit: Unit; readonly index: number }
  | { readonly kind: 'external'; readonly module: string; readonly name: string };

/** Finds, for a function index of a unit, the function that it means, through imports and redirects. */
export class SymbolTable {
  private readonly providers = new Map<string, Unit>();

  /** @param externals import modules that stay imports of the result */
  constructor(
    units: readonly Unit[],
    private readonly externals: ReadonlySet<string>,
  ) {
    for (const unit of units) for (const module of unit.provides) this.providers.set(module, unit);
  }

  /** Symbols that were wanted and that no unit offers, as `module.name`. They resolve to nothing that can be linked. */
  readonly missing = new Set<string>();

  /** @throws LinkError naming the symbol when a unit offers it with another signature */
  resolve(unit: Unit, index: number): Target {
    const redirect = unit.redirects.get(index);
    if (redirect) return this.find(unit, index, redirect);
    const entry = unit.importedFunctions[index];
    return entry ? this.find(unit, index, entry) : { kind: 'defined', unit, index };
  }

  private find(user: Unit, index: number, symbol: SymbolName): Target {
    const provider = this.providers.get(symbol.module);
    if (!provider) return this.external(user, symbol);
    const found = provider.symbols.get(symbol.name);
    if (found === undefined) {
      this.missing.add(`${symbol.module}.${symbol.name} (wanted by ${user.title})`);
      return { kind: 'external', module: symbol.module, name: symbol.name };
    }
    const wanted = functionTypeText(functionType(user, index));
    const offered = functionTypeText(functionType(provider, found));
    if (wanted !== offered) {
      throw new LinkError(
        'missing-symbol',
        `${user.title} wants ${symbol.module}.${symbol.name} as ${wanted}, ${provider.title} has it as ${offered}`,
        'Correct the declaration',
      );
    }
    const entry = provider.importedFunctions[found];
    return entry ? this.find(provider, found, entry) : { kind: 'defined', unit: provider, index: found };
  }

  /** @throws LinkError naming every symbol that was wanted and not found */
  requireComplete(): void {
    if (this.missing.size === 0) return;
    throw new LinkError(
      'missing-symbol',
      `nothing provides ${[...this.missing].sort().join(', ')}`,
      'Define what is missing under that name, or do not use it',
    );
  }

  private external(user: Unit, { module, name }: SymbolName): Target {
    if (this.externals.has(module)) return { kind: 'external', module, name };
    throw new LinkError(
      'unexpected-import',
      `${user.title} imports ${module}.${name}, and nothing here provides ${module}`,
      `Only ${[...this.externals].join(' and ')} may stay imports`,
    );
  }
}
