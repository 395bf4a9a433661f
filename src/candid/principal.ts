/**
 * A principal, of whichever agent. Each agent has a class of its own, with private fields, so that TypeScript takes none for another's;
 * what they have in common is enough here. Where an agent asks for its own class, its `Principal.from(principal)` makes one.
 */
export interface CandidPrincipal {
  readonly _isPrincipal: true;
  isAnonymous(): boolean;
  toUint8Array(): Uint8Array;
  toText(): string;
  toString(): string;
}
