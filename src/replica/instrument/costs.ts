import { InstructionWeights } from '../../wasm';

/**
 * Static cost of each instruction on a 32-bit memory (ic-platform.md B2, from dfinity/ic rs/embedders `instruction_to_cost`).
 * The dynamic part of bulk memory instructions, one per byte, is charged by the helper functions of `helpers.ts`.
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
