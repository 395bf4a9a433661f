import { InstructionWeights } from '../wasm';
import { ReplicaError } from './errors';

/*
 * Everything that the IC charges in instructions, in one place, with the date of what it was read from. Prices in cycles are
 * `subnet/prices.ts`.
 */

/**
 * Static cost of each instruction on a 32-bit memory (ic-platform.md B2, from dfinity/ic rs/embedders `instruction_to_cost`; October 2025).
 * Functions are charged nothing for their locals; dfinity/ic #11066 (open in September 2026) would change that.
 */
export const instructionCosts = new InstructionWeights(
  {
    0: 'block loop else end',
    2: `if br br_if br_table global.get global.set
      f32.add f32.sub f32.mul f32.ceil f32.floor f32.trunc f32.nearest f32.copysign
      f64.add f64.sub f64.mul f64.ceil f64.floor f64.trunc f64.nearest
      i8x16.lt_u i8x16.gt_u i16x8.lt_u i16x8.gt_u i32x4.lt_u i32x4.gt_u
      i8x16.shr_u i16x8.shl i16x8.shr_s i16x8.shr_u i32x4.shl i32x4.shr_s i32x4.shr_u i64x2.shl i64x2.shr_u
      i16x8.extadd_pairwise_i8x16_u i16x8.extmul_high_i8x16_s i16x8.extmul_high_i8x16_u
      i32x4.mul i32x4.extmul_low_i16x8_s i32x4.extmul_high_i16x8_s i32x4.extmul_low_i16x8_u
      i32x4.extmul_high_i16x8_u
      f32x4.ceil f32x4.floor f32x4.trunc f32x4.nearest f32x4.abs f32x4.neg f32x4.add f32x4.sub f32x4.mul
      f64x2.ceil f64x2.floor f64x2.trunc f64x2.nearest f64x2.abs f64x2.neg f64x2.add f64x2.sub f64x2.mul
      i32x4.trunc_sat_f32x4_s i32x4.trunc_sat_f64x2_s_zero`,
    3: `f32.eq f32.ne f32.lt f32.gt f32.le f32.ge f64.eq f64.ne f64.lt f64.gt f64.le f64.ge
      f32.convert_i32_s f32.convert_i64_s f64.convert_i32_s f64.convert_i64_s
      f32.div f64.copysign return_call
      i8x16.shuffle i8x16.popcnt i8x16.shl i8x16.shr_s i64x2.shr_s i32x4.extadd_pairwise_i16x8_u
      i32x4.trunc_sat_f64x2_u_zero`,
    4: `i64x2.mul f32x4.min f32x4.max f64x2.min i32x4.trunc_sat_f32x4_u f32x4.convert_i32x4_u`,
    5: 'call f64.div f32.sqrt table.get table.set ref.is_null f32x4.sqrt f64x2.max',
    8: 'f64.sqrt',
    10: `i32.div_s i32.div_u i32.rem_s i32.rem_u i64.div_s i64.div_u i64.rem_s i64.rem_u call_indirect f32x4.div`,
    12: 'f64x2.div',
    14: 'f64x2.sqrt',
    16: 'f32.convert_i32_u f32.convert_i64_u f64.convert_i32_u f64.convert_i64_u',
    18: 'f32.min f32.max f64.min f64.max',
    20: `i32.trunc_f32_s i32.trunc_f32_u i32.trunc_f64_s i32.trunc_f64_u
      i64.trunc_f32_s i64.trunc_f32_u i64.trunc_f64_s i64.trunc_f64_u
      i32.trunc_sat_f32_s i32.trunc_sat_f32_u i32.trunc_sat_f64_s i32.trunc_sat_f64_u
      i64.trunc_sat_f32_s i64.trunc_sat_f32_u i64.trunc_sat_f64_s i64.trunc_sat_f64_u
      memory.size`,
    60: 'return_call_indirect',
    100: 'memory.fill memory.copy memory.init table.size table.fill table.copy table.init',
    130: 'ref.func',
    300: 'memory.grow data.drop elem.drop table.grow',
  },
  1,
);

/** Of system calls, beside the WebAssembly `call` and one instruction a byte copied (ic-platform.md A6, B3; October 2025). */
export const SystemCallPrice = {
  default: 500,
  /** Calls with a price of their own. */
  named: {
    call_new: 1500,
    call_perform: 5000,
    is_controller: 1000,
    performance_counter: 200,
    debug_print: 100,
    mint_cycles128: 0,
  } as Readonly<Record<string, number>>,
  /** A byte that leaves the canister (BYTE_TRANSMISSION_COST_FACTOR). */
  byteSent: 50,
  /** A byte of debug_print and trap, as far as the canister's log has room for it at all, and for more of it now. */
  logByteCopied: 2,
  logByteStored: 50,
} as const;

/** Of stable memory's calls, which the IC compiles into the canister (ic-platform.md B4; October 2025). */
export const StablePrice = {
  /** A read or write, beside one instruction a byte. */
  access: 20,
  grow: 100,
} as const;

/** Instructions that the system takes for work of its own, with the upstream change that brought them where one is known. */
export const SystemInstructions = {
  /** Compiling one instruction of a module, and one global (2025-10). */
  compiledInstruction: 6_000n,
  compiledGlobal: 2n,
  /** What compiling is divided by when the subnet has compiled the module since its last checkpoint (2025-10). */
  knownModuleShare: 100n,
  /** Making the state that a module runs in, known or not (#10065, 2026-04). */
  executionState: 20_000_000n,
  /** Taking or loading a snapshot, beside one for each of its bytes (2025-10). */
  snapshot: 2_000_000_000n,
  /** Each call inside a composite query, from the budget of the whole (2025-10). */
  compositeQueryCall: 50_000_000n,
} as const;

/** What the pages cost that a message touches; 0 where a rule charges nothing. */
export interface PagePrices {
  /** A message's first access to a 64 KiB page of heap or stable memory, and once more its first write to it. Charged as it happens. */
  readonly touch: number;
  /** A 4 KiB heap page whose bytes changed. Charged after the run. */
  readonly changedHeapPage: number;
  /** A message's first write to a 4 KiB page of stable memory. */
  readonly writtenStablePage: number;
}

/** The rules for pages, by the month from which they hold. */
export const RULES = ['2025-10', '2026-07'] as const;
export type Rules = (typeof RULES)[number];

/** What prices in force mean, in a sentence: those that options and the environment choose. */
export function rulesText({ touch, changedHeapPage }: PagePrices = choosePagePrices()): string {
  return touch > 0 || changedHeapPage === 0
    ? `rules of 2026-07: ${touch.toLocaleString('en-US')} instructions for the first access of a 64 KiB page, and for its first write`
    : `rules of 2025-10: ${changedHeapPage.toLocaleString('en-US')} instructions for a 4 KiB page that changed`;
}

const DEFAULT_RULES: Rules = '2026-07';

/** 4 KiB pages of the operating system in a 64 KiB page of WebAssembly. */
const OS_PAGES = 16;

/**
 * Of a 4 KiB page that is touched, since July 2026: dfinity/ic #10789 (merged 2026-07-16), whose rule #11344 words as "once when the Wasm
 * page is first accessed and once more when it is first written to", for all its OS pages. #11146 ("Adjust instruction overhead", merged
 * later) may have changed the number, which could not be read; 1,000 is the other likely one.
 */
export const DEFAULT_PAGE_PRICE = 5000;

/** @param pagePrice of a 4 KiB page, in rules that charge touches */
export function pagePrices(rules: Rules, pagePrice = DEFAULT_PAGE_PRICE): PagePrices {
  if (rules === '2025-10') return { touch: 0, changedHeapPage: 1000, writtenStablePage: 1000 };
  return { touch: OS_PAGES * pagePrice, changedHeapPage: 0, writtenStablePage: 0 };
}

/**
 * Rules and page price as options give them; without `rules` as the environment's TABULARIUM_RULES and TABULARIUM_PAGE_PRICE do, and without
 * those the default.
 * @throws ReplicaError for rules that do not exist, and for a page price that is no number or has no meaning
 */
export function choosePagePrices(rules?: string, pagePrice?: number): PagePrices {
  const { TABULARIUM_RULES, TABULARIUM_PAGE_PRICE } = process.env;
  if (rules === undefined && pagePrice === undefined && TABULARIUM_PAGE_PRICE) {
    return choosePagePrices(TABULARIUM_RULES || DEFAULT_RULES, Number(TABULARIUM_PAGE_PRICE));
  }
  const name = rules ?? (TABULARIUM_RULES || DEFAULT_RULES);
  const chosen = RULES.find((known) => known === name);
  if (!chosen)
    throw new ReplicaError('NO_SUCH_RULES', `there are no rules '${name}', only ${RULES.join(' and ')}`);
  if (pagePrice === undefined) return pagePrices(chosen);
  if (!Number.isSafeInteger(pagePrice) || pagePrice < 0 || pagePrice > 1_000_000)
    throw new ReplicaError(
      'OUT_OF_RANGE',
      `a page's price is a whole number up to 1,000,000, not ${pagePrice}`,
    );
  if (chosen === '2025-10')
    throw new ReplicaError(
      'NOT_SUPPORTED',
      'the rules of 2025-10 charge no touched pages: they take no price of one',
    );
  return pagePrices(chosen, pagePrice);
}
