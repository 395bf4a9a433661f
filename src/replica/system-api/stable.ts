import { CanisterTrap, ErrorCode } from '../errors';
import { stablePageLimit, tracksHeapChanges } from '../execution/mode';
import { MAXIMUM_STABLE_PAGES, STABLE_PAGE_SIZE } from '../instance/stable-memory';
import { cannotAfford, type Host, heapOutOfBounds } from './host';
import type { SystemCalls } from './system-calls';

/** Charged for every read and write beside one instruction a byte (ic-platform.md B4). */
const STABLE_ACCESS_COST = 20;
const STABLE_GROW_COST = 100;
const DIRTY_PAGE_COST = 1000;
const ADDRESS_SPACE_32 = 0x1_0000_0000n;
const MAXIMUM_32_BIT_PAGES = 65_536;

/** Stable memory calls. Unlike the others they have no fixed overhead: the IC compiles them into the canister. */
export function stableCalls(host: Host): SystemCalls {
  const { stable } = host.canister;

  const grow = (pages: bigint): number => {
    host.charge(STABLE_GROW_COST);
    const { faults } = host.execution.input;
    const refused = faults?.beforeGrow() ?? false;
    host.execution.stable.grows++;
    const wanted = BigInt.asUintN(64, pages);
    if (!refused) checkCycles(wanted);
    const old = refused || wanted > BigInt(Number.MAX_SAFE_INTEGER) ? -1 : stable.grow(Number(wanted));
    faults?.afterGrow();
    return old;
  };

  const checkCycles = (pages: bigint): void => {
    if (!tracksHeapChanges(host.execution.mode) || pages > BigInt(MAXIMUM_STABLE_PAGES)) return;
    const bytes = pages * BigInt(STABLE_PAGE_SIZE);
    if (host.balance >= host.canister.freezingThreshold(bytes)) return;
    throw cannotAfford(`stable memory by ${bytes} bytes`);
  };

  const read = (destination: bigint, offset: bigint, length: bigint): void => {
    chargeAccess(length);
    if (length === 0n) return;
    checkBounds(offset, length, destination);
    const count = Number(length);
    const target = host.view(Number(destination), count);
    stable.read(Number(offset), target);
    host.instance.heap.mark(Number(destination), count);
    const figures = host.execution.stable;
    figures.reads++;
    figures.readBytes += count;
    checkPageLimits();
  };

  const write = (offset: bigint, source: bigint, length: bigint): void => {
    chargeAccess(length);
    if (length === 0n) return;
    checkBounds(offset, length, source);
    const { faults } = host.execution.input;
    faults?.beforeWrite();
    const count = Number(length);
    const dirtyBefore = stable.dirtyPages;
    stable.write(Number(offset), host.view(Number(source), count));
    host.charge((stable.dirtyPages - dirtyBefore) * DIRTY_PAGE_COST);
    const figures = host.execution.stable;
    figures.writes++;
    figures.writtenBytes += count;
    checkPageLimits();
    faults?.afterWrite();
  };

  const chargeAccess = (length: bigint): void => {
    const bytes = BigInt.asUintN(64, length);
    host.chargeWhole(
      STABLE_ACCESS_COST + (bytes > ADDRESS_SPACE_32 ? Number.MAX_SAFE_INTEGER : Number(bytes)),
    );
  };

  const checkBounds = (offset: bigint, length: bigint, address: bigint): void => {
    const end = BigInt.asUintN(64, offset) + BigInt.asUintN(64, length);
    if (end > BigInt(stable.byteLength)) throw stableOutOfBounds();
    if (BigInt.asUintN(64, address) >= ADDRESS_SPACE_32) throw heapOutOfBounds();
  };

  const checkPageLimits = (): void => {
    const limit = stablePageLimit(host.execution.mode);
    if (stable.accessedPages <= limit) return;
    throw new CanisterTrap(
      `Canister exceeded memory access limits: ${stable.accessedPages} stable memory pages of 4 KiB, allowed are ${limit}`,
      ErrorCode.memoryAccessLimitExceeded,
    );
  };

  const checkWidth = (): void => {
    if (stable.pages > MAXIMUM_32_BIT_PAGES) {
      throw new CanisterTrap('32 bit stable memory api used on a memory larger than 4GB');
    }
  };

  const unsigned = (value: number): bigint => BigInt(value >>> 0);

  return {
    stable64_size: () => BigInt(stable.pages),
    stable64_grow: (pages: bigint) => BigInt(grow(pages)),
    stable64_read: read,
    stable64_write: write,
    stable_size: () => {
      checkWidth();
      return stable.pages;
    },
    stable_grow: (pages: number) => {
      checkWidth();
      if (stable.pages + (pages >>> 0) > MAXIMUM_32_BIT_PAGES) {
        host.charge(STABLE_GROW_COST);
        return -1;
      }
      return grow(unsigned(pages));
    },
    stable_read: (destination: number, offset: number, length: number) => {
      checkWidth();
      read(unsigned(destination), unsigned(offset), unsigned(length));
    },
    stable_write: (offset: number, source: number, length: number) => {
      checkWidth();
      // Unlike the 64-bit call, this one looks at the offset of no bytes too. The charge comes first there and here.
      if (length === 0 && offset >>> 0 > stable.byteLength) {
        chargeAccess(0n);
        throw stableOutOfBounds();
      }
      write(unsigned(offset), unsigned(source), unsigned(length));
    },
  };
}

function stableOutOfBounds(): CanisterTrap {
  return new CanisterTrap('Canister trapped: stable memory out of bounds');
}
