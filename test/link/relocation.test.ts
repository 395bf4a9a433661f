import { beforeAll, describe, expect, it } from 'vitest';
import type { NodeModule } from '../../src/link';
import { EngineFixture, linkFixture } from './engine-fixture';

const CANARY = 0xa5;
/** Most memory that the engine may have in these tests. */
const LIMIT = 32 << 20;

let node: NodeModule;
beforeAll(async () => {
  node = await linkFixture();
});

/** Fills what lies around the engine's static data, small heap and stack, and tells whether it is still as it was. */
function surround(engine: EngineFixture): () => boolean {
  const { map } = engine;
  const around = [
    [0, map.engineBase],
    [map.engineBase + map.engineHeapEnd, map.engineBase + map.stackLow],
  ] as const;
  for (const range of around) engine.bytes.fill(CANARY, ...range);
  return () => around.every((range) => engine.bytes.subarray(...range).every((byte) => byte === CANARY));
}

describe('the relocated engine', () => {
  it('runs SQL of every kind inside its own places only', () => {
    const engine = new EngineFixture(node);
    const untouched = surround(engine);
    engine.run('create table t(id integer primary key, a, b text)');
    engine.run(`with recursive c(i) as (select 1 union all select i + 1 from c where i < 20000)
      insert into t select i, i * 7, hex(randomblob(i % 50)) from c`);
    engine.run('create index t_b on t(b)');
    engine.run("create virtual table f using fts5(x, tokenize = 'porter')");
    engine.run("insert into f select 'running ' || id || ' ' || b from t where id < 500");
    expect(engine.run("select count(*) from f where f match 'run'")).toBe(499n);
    expect(engine.run('select sum(a) from t')).toBe(1_400_070_000n);
    expect(
      engine.run('select count(*) from (select b, count(*) from t group by b order by 2 desc)'),
    ).toBeGreaterThan(1n);
    expect(engine.run(`select json_extract('{"a":[1,2,{"b":41}]}', '$.a[2].b') + 1`)).toBe(42n);
    expect(engine.run("select strftime('%s', '2030-01-01')")).toBe(1_893_456_000n);
    expect(engine.run('select cast(10 * round(2.5) as integer)')).toBe(30n);
    engine.run('vacuum');
    expect(untouched()).toBe(true);
  });

  it('is refused what does not fit into the memory it may have, and goes on', () => {
    const engine = new EngineFixture(node);
    engine.exports.limitMemory(BigInt(LIMIT));
    const untouched = surround(engine);
    expect(() => engine.run('select length(zeroblob(70000000) || 1)')).toThrow('answered 7');
    expect(engine.run('select 1')).toBe(1n);
    let allocated = 0;
    for (let size = 1 << 20; size >= 64; size >>= 1) {
      for (let address = engine.exports.allocate(BigInt(size)); address !== 0; ) {
        engine.exports.fillBlock(address, 0xee, size);
        allocated += size;
        address = engine.exports.allocate(BigInt(size));
      }
    }
    expect(allocated).toBeGreaterThan((LIMIT - engine.map.memoryEnd) * 0.9);
    expect(engine.bytes.length).toBe(LIMIT);
    expect(untouched()).toBe(true);
  });

  it('takes and returns 64-bit integers whole, through forwarded and through adapted functions', () => {
    const engine = new EngineFixture(node);
    for (const value of [0n, -1n, 2n ** 63n - 1n, -(2n ** 63n), 0x1234_5678_9abc_def0n]) {
      expect(engine.run('select ?1', value)).toBe(value);
    }
    engine.run('create table t(a)');
    engine.run('insert into t(rowid) values (?1)', 0x7fff_ffff_0000_0001n);
    expect(engine.lastRowid()).toBe(0x7fff_ffff_0000_0001n);
  });

  it('has only the host as its outside', () => {
    const imports = WebAssembly.Module.imports(new WebAssembly.Module(node.bytes));
    expect(new Set(imports.map(({ module }) => module))).toEqual(new Set(['ic0', 'quickjs']));
    expect(imports.every(({ kind }) => kind === 'function')).toBe(true);
  });
});
