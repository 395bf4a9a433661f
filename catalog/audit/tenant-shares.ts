const ENTRIES_A_DAY = 24;
const DAY = 86_400_000_000_000n;

interface Share {
  readonly since: bigint;
  entries: number;
  counted: number;
}

/**
 * How much of the audit log tenants may fill, so that none of them pushes out what everybody else did: 24 entries a day
 * for each kind of call. Calls beyond that are counted, and the next entry of their kind tells how many they were. Kept in
 * the heap: an upgrade, which no tenant can cause, begins anew.
 */
export class TenantShares {
  readonly #byKind = new Map<string, Share>();

  /**
   * @param kind names the calls that have one share
   * @param now nanoseconds since 1970
   * @returns for a call that is to be told, how many before it were only counted; undefined for one that is counted only
   */
  take(kind: string, now: bigint): number | undefined {
    const share = this.#byKind.get(kind);
    if (share === undefined || now - share.since >= DAY) {
      this.#byKind.set(kind, { since: now, entries: 1, counted: 0 });
      return share?.counted ?? 0;
    }
    if (share.entries < ENTRIES_A_DAY) {
      share.entries++;
      return 0;
    }
    share.counted++;
    return undefined;
  }
}
