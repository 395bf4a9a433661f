import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { METHODS, type Method, ROOMS } from '../../src/candid';
import { didText } from '../../src/candid/did';
import { readExports, WasmModule } from '../../src/wasm';
import { builtCanister } from '../support/tabularium';

let wasm: Uint8Array;
beforeAll(async () => {
  wasm = new Uint8Array(readFileSync(await builtCanister()));
});

describe('the canister', () => {
  it('exports every declared method by its kind, and no other', () => {
    const exported = readExports(WasmModule.parse(wasm))
      .map(({ name }) => name)
      .filter(
        (name) => /^canister_(query|update|composite_query) /.test(name) && !/_azle_|<ic-cdk/.test(name),
      );
    const declared = Object.entries<Method>(METHODS).map(([name, { kind }]) => `canister_${kind} ${name}`);
    expect(exported.sort()).toEqual(declared.sort());
  });

  it('carries the interface of the declarations', () => {
    const section = WasmModule.parse(wasm)
      .customSections()
      .find(({ name }) => name === 'icp:public candid:service');
    expect(new TextDecoder().decode(section?.body)).toBe(didText());
    expect(readFileSync('dist/tabularium.did', 'utf8')).toBe(didText());
  });

  it('says nothing to people in its JavaScript, which every start would parse', () => {
    const module = WasmModule.parse(wasm);
    module.filterCustom(() => false);
    const bytes = Buffer.from(module.encode());
    const sentences = ROOMS.flatMap(({ says, methods }) => [
      says,
      ...Object.values(methods).map((method) => method.says),
    ]);
    expect(sentences.filter((sentence) => bytes.includes(sentence))).toEqual([]);
  });
});
