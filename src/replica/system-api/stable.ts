import { CanisterTrap, ErrorCode } from '../errors';
import { persistsChanges, stablePageLimit } from '../execution/mode';
import { MAXIMUM_STABLE_PAGES, STABLE_PAGE_SIZE } from '../instance/stable-memory';
import { StablePrice } from '../instruction-prices';
import { cannotAfford, type Host, heapOutOfBounds } from './host';
import type { SystemCalls } from './system-calls';

const ADDRESS_SPACE_32 = 0x1_0000_0000n;
const MAXIMUM_32_BIT_PAGES = 65_536;

/** Stable memory calls. Unlike the others they have no fixed overhead: the IC compiles them into the canister. */
export function stableCalls(host: Host): SystemCalls {
  const { stable } = host.canister;

  const grow = (pages: bigint): number => {
    host.charge(StablePrice.grow);
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
    if (!persistsChanges(host.execution.mode) || pages > BigInt(MAXIMUM_STABLE_PAGES)) return;
    const bytes = pages * BigInt(STABLE_PAGE_SIZE);
    if (host.balance >= host.canister.freezingThreshold(bytes)) return;
    throw cannotAfford(`stable memory by ${bytes} bytes`);
  };

  const read = (destination: bigint, offset: bigint, length: bigint): void => {
    chargeAccess(length);
    if (length === 0n) return;
    checkBounds(offset, length, destination);
    const count = Number(length);
    const target = host.target(Number(destination), count);
    chargePages(() => stable.read(Number(offset), target));
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
    const bytes = host.source(Number(source), count);
    chargePages(() => stable.write(Number(offset), bytes));
    const figures = host.execution.stable;
    figures.writes++;
    figures.writtenBytes += count;
    checkPageLimits();
    faults?.afterWrite();
  };

  /** Charges the pages that an operation touches first. */
  const chargePages = (operation: () => void): void => {
    const { prices } = host.execution.input;
    const { accessed, written } = stable.touched;
    const { dirtyPages } = stable;
    operation();
    const writes = host.execution.tracksWrites ? stable.touched.written - written : 0;
    host.instance.chargeStablePages((stable.touched.accessed - accessed + writes) * prices.touch);
    const dirtied = stable.dirtyPages - dirtyPages;
    if (dirtied === 0 || prices.writtenStablePage === 0) return;
    host.instance.chargeStablePages(dirtied * prices.writtenStablePage);
    host.charge(0);
  };

  const chargeAccess = (length: bigint): void => {
    const bytes = BigInt.asUintN(64, length);
    host.chargeWhole(
      StablePrice.access + (bytes > ADDRESS_SPACE_32 ? Number.MAX_SAFE_INTEGER : Number(bytes)),
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
        host.charge(StablePrice.grow);
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
