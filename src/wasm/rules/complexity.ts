import { InstructionWeights } from '../instruction-weights';

/** Weight of each instruction in the IC's function complexity (ic-platform.md A5, from the replica's wasm_utils/validation.rs). */
export const complexityWeights = new InstructionWeights(
  {
    2: `global.get select memory.size i32.popcnt i64.popcnt
      i32.store i64.store f32.store f64.store i32.store8 i32.store16 i64.store8 i64.store16 i64.store32
      i32.eqz i32.eq i32.ne i32.lt_s i32.lt_u i32.gt_s i32.gt_u i32.le_s i32.le_u i32.ge_s i32.ge_u
      i64.eqz i64.eq i64.ne i64.lt_s i64.lt_u i64.gt_s i64.gt_u i64.le_s i64.le_u i64.ge_s i64.ge_u
      f32.eq f32.ne f32.lt f32.gt f32.le f32.ge f64.ne f64.lt f64.gt f64.le f64.ge
      f32.ceil f32.floor f32.sqrt f32.trunc f64.ceil f64.floor f64.sqrt f64.trunc
      i32.reinterpret_f32 i64.reinterpret_f64 f32.reinterpret_i32 f64.reinterpret_i64
      i32.wrap_i64 f64.promote_f32
      i32.extend8_s i32.extend16_s i64.extend8_s i64.extend16_s i64.extend32_s`,
    3: `i32.div_s i32.div_u i32.rem_s i32.rem_u i64.div_s i64.div_u i64.rem_s i64.rem_u f32.div f64.div
      f32.copysign f64.copysign f64.eq memory.fill
      i32.load i64.load f32.load f64.load i32.load8_s i32.load8_u i32.load16_s i32.load16_u
      i64.load8_s i64.load8_u i64.load16_s i64.load16_u i64.load32_s i64.load32_u
      i32.trunc_sat_f32_s i32.trunc_sat_f32_u i32.trunc_sat_f64_s i32.trunc_sat_f64_u
      i64.trunc_sat_f32_s i64.trunc_sat_f32_u i64.trunc_sat_f64_s i64.trunc_sat_f64_u`,
    4: 'f32.neg f32.abs f64.neg f64.abs memory.copy',
    5: `i32.trunc_f32_s i32.trunc_f32_u i32.trunc_f64_s i32.trunc_f64_u
      i64.trunc_f32_s i64.trunc_f32_u i64.trunc_f64_s i64.trunc_f64_u
      i64.extend_i32_s i64.extend_i32_u f32.demote_f64
      f32.convert_i32_s f32.convert_i32_u f32.convert_i64_s f32.convert_i64_u
      f64.convert_i32_s f64.convert_i32_u f64.convert_i64_s f64.convert_i64_u`,
    6: 'ref.is_null',
    8: 'ref.func',
    14: 'table.get',
    50: 'block loop if br br_if br_table call call_indirect memory.grow',
  },
  1,
);
