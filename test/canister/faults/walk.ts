import type { CandidResult } from '../../../src/candid';
import { type InstalledTabularium, OPERATOR } from '../../support/tabularium';

/** A canister in a state from which changes are tried, and to which it can be brought back. */
export interface Scene {
  readonly canister: InstalledTabularium;
  restart(): Promise<void>;
  /** Fails when the canister does not serve what it held from the first. */
  expectToWork(): Promise<void>;
}

export type Change<S> = (scene: S) => Promise<CandidResult<unknown>>;

/** Calls that change something, each named by its method and, behind a comma, what is special about it. */
export type Changes<S> = Readonly<Record<string, Change<S>>>;

/** A scene that is set when its tests begin, and the changes that are tried in it. */
export interface Walk {
  readonly name: string;
  set(): Promise<Scene>;
  readonly changes: readonly (readonly [name: string, change: () => Promise<CandidResult<unknown>>])[];
}

export function walkOf<S extends Scene>(name: string, set: () => Promise<S>, changes: Changes<S>): Walk {
  let scene: S;
  return {
    name,
    set: async () => {
      scene = await set();
      return scene;
    },
    changes: Object.entries(changes).map(([named, change]) => [named, () => change(scene)]),
  };
}

export const methodOf = (name: string): string => name.split(',')[0]!;

export const serviceOf = ({ canister }: Pick<Scene, 'canister'>) => canister.actor(OPERATOR);
