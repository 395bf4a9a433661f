/** A JavaScript value as native code sees it: 64 bits, packed as QuickJS packs them on a 32-bit host. */
export type Packed = bigint;

const TAG_BIG_INT = -9;
const TAG_SYMBOL = -8;
const TAG_STRING = -7;
const TAG_OBJECT = -1;
const TAG_INT = 0;
const TAG_BOOL = 1;
const TAG_NULL = 2;
const TAG_UNDEFINED = 3;
const TAG_EXCEPTION = 6;
const TAG_FIRST = -9;
const FLOAT64_ADDEND = BigInt(0x7ff80000 - TAG_FIRST + 1) << 32n;

const pack = (tag: number, payload: number): Packed => (BigInt(tag >>> 0) << 32n) | BigInt(payload >>> 0);

export const UNDEFINED = pack(TAG_UNDEFINED, 0);
export const NULL = pack(TAG_NULL, 0);
/** An exception is pending. */
export const EXCEPTION = pack(TAG_EXCEPTION, 0);

interface Handle {
  readonly value: unknown;
  references: number;
  readonly releases: (() => void)[];
}

/**
 * Values that do not fit 64 bits, by number, with the reference counts that native code keeps. What it forgets to free
 * stays counted, so that a test can tell.
 */
export class Handles {
  readonly #handles: (Handle | undefined)[] = [];
  readonly #free: number[] = [];
  readonly #doubles = new DataView(new ArrayBuffer(8));

  /** Handles that native code, or a call under way, still owns. */
  get live(): number {
    return this.#handles.length - this.#free.length;
  }

  /** Packs a value; one that needs a handle gets a new one, owned by whoever receives it. */
  pack(value: unknown): Packed {
    switch (typeof value) {
      case 'undefined':
        return UNDEFINED;
      case 'boolean':
        return pack(TAG_BOOL, value ? 1 : 0);
      case 'number':
        return this.#packNumber(value);
      case 'string':
        return pack(TAG_STRING, this.#hold(value));
      case 'bigint':
        return pack(TAG_BIG_INT, this.#hold(value));
      case 'symbol':
        return pack(TAG_SYMBOL, this.#hold(value));
      default:
        return value === null ? NULL : pack(TAG_OBJECT, this.#hold(value));
    }
  }

  unpack(packed: Packed): unknown {
    const tag = Number(BigInt.asIntN(32, packed >> 32n));
    const payload = Number(BigInt.asIntN(32, packed));
    if (tag < 0 && tag >= TAG_FIRST) return this.#handle(payload).value;
    if (tag === TAG_INT) return payload;
    if (tag === TAG_BOOL) return payload !== 0;
    if (tag === TAG_NULL) return null;
    if (tag === TAG_UNDEFINED) return undefined;
    this.#doubles.setBigUint64(0, BigInt.asUintN(64, packed + FLOAT64_ADDEND));
    return this.#doubles.getFloat64(0);
  }

  /** The value of a handle by its number, which stands for the address of an object. */
  valueOf(index: number): unknown {
    return this.#handle(index >>> 0).value;
  }

  /** The value of a packed one that the caller owns, and gives up. */
  take(packed: Packed): unknown {
    const value = this.unpack(packed);
    this.free(packed);
    return value;
  }

  duplicate(packed: Packed): Packed {
    const index = indexOf(packed);
    if (index !== undefined) this.#handle(index).references++;
    return packed;
  }

  free(packed: Packed): void {
    const index = indexOf(packed);
    if (index === undefined) return;
    const handle = this.#handle(index);
    handle.references--;
    if (handle.references > 0) return;
    for (const release of handle.releases) release();
    this.#handles[index] = undefined;
    this.#free.push(index);
  }

  /** Has something done when a handle is freed. */
  onRelease(packed: Packed, release: () => void): void {
    const index = indexOf(packed);
    if (index === undefined) throw new Error('this value has no handle');
    this.#handle(index).releases.push(release);
  }

  #packNumber(value: number): Packed {
    if (Number.isInteger(value) && value === (value | 0) && !Object.is(value, -0))
      return pack(TAG_INT, value);
    this.#doubles.setFloat64(0, Number.isNaN(value) ? Number.NaN : value);
    return BigInt.asUintN(64, this.#doubles.getBigUint64(0) - FLOAT64_ADDEND);
  }

  #hold(value: unknown): number {
    const index = this.#free.pop() ?? this.#handles.length;
    this.#handles[index] = { value, references: 1, releases: [] };
    return index;
  }

  #handle(index: number): Handle {
    const handle = this.#handles[index];
    if (handle === undefined) throw new Error(`native code used handle ${index} after it was freed`);
    return handle;
  }
}

/** Number of the handle behind a packed value, where it has one. */
function indexOf(packed: Packed): number | undefined {
  const tag = Number(BigInt.asIntN(32, packed >> 32n));
  return tag < 0 && tag >= TAG_FIRST ? Number(BigInt.asUintN(32, packed)) : undefined;
}
