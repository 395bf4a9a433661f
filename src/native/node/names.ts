/** Property names by number, counted like QuickJS's atoms. */
export class Names {
  readonly #names = new Map<number, { readonly name: string; references: number }>();
  readonly #numbers = new Map<string, number>();
  #next = 1;

  /** Atoms that native code still owns. */
  get live(): number {
    let total = 0;
    for (const { references } of this.#names.values()) total += references;
    return total;
  }

  /** The number of a name, with one reference more. */
  intern(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) {
      this.#names.get(known)!.references++;
      return known;
    }
    const number = this.#next++;
    this.#names.set(number, { name, references: 1 });
    this.#numbers.set(name, number);
    return number;
  }

  name(number: number): string {
    const entry = this.#names.get(number);
    if (entry === undefined) throw new Error(`native code used atom ${number} after it was freed`);
    return entry.name;
  }

  free(number: number): void {
    const entry = this.#names.get(number);
    if (entry === undefined) throw new Error(`native code freed atom ${number} twice`);
    entry.references--;
    if (entry.references > 0) return;
    this.#names.delete(number);
    this.#numbers.delete(entry.name);
  }
}
