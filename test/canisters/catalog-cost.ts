import { IDL, query, update } from 'azle';
import { StableRecords } from '../../canister/service/stable-records';
import { authoriseArchive } from '../../catalog/access/authorise';
import { setAccess, setLabels } from '../../catalog/archives/changes';
import { Catalog } from '../../catalog/catalog';
import { CATALOG_MEMORY_ID, MOST_SLOTS } from '../../catalog/slots/slot-plan';
import { addTombstone } from '../../catalog/slots/tombstones';
import { installFacade } from '../../src/database/install';
import type { NativeModule } from '../../src/native/interface';

declare global {
  var _tabularium: NativeModule | undefined;
}

const LOOK_UPS = 100;
const OWNER = 'rrkah-fqaaa-aaaaa-aaaaq-cai';
const OTHERS = ['aaaaa-aa', 'rdmx6-jaaaa-aaaaa-aaadq-cai', 'ryjl3-tyaaa-aaaaa-aaaba-cai'];

/** Instructions by name of the step. */
type Measurement = [string, bigint];

/** Measures the catalog from inside of a canister, where JavaScript is interpreted and every instruction is metered. */
export default class {
  @update([], IDL.Null)
  fill_slots(): null {
    const catalog = openCatalog();
    for (let n = 0; n < MOST_SLOTS; n++) {
      catalog.add(catalog.propose(`tenant/${n}`, OWNER, 1_700_000_000_000_000_000n));
      const archive = catalog.get(`tenant/${n}`);
      setAccess(catalog, setLabels(catalog, archive, { plan: 'gold' }), { writers: OTHERS, readers: OTHERS });
    }
    return null;
  }

  @update([IDL.Nat32], IDL.Null)
  add_tombstones(count: number): null {
    const catalog = openCatalog();
    const archive = catalog.get('tenant/0');
    for (let n = 0; n < count; n++) {
      addTombstone(catalog, { ...archive, generation: catalog.tombstones + 1_000 }, 1n, 2n);
    }
    return null;
  }

  @query([], IDL.Vec(IDL.Tuple(IDL.Text, IDL.Nat64)))
  measure(): Measurement[] {
    const native = globalThis._tabularium!;
    const measurements: Measurement[] = [];
    const step = <T>(name: string, times: number, run: () => T): T => {
      const before = native.instructions();
      let result = run();
      for (let n = 1; n < times; n++) {
        result = run();
      }
      measurements.push([name, BigInt(Math.round((native.instructions() - before) / times))]);
      return result;
    };
    const catalog = step('open', 1, openCatalog);
    const owner = { principal: OWNER, isController: () => false };
    const reader = { principal: OTHERS[2]!, isController: () => false };
    const last = `tenant/${MOST_SLOTS - 1}`;
    const pinned = `${last}@${MOST_SLOTS}`;
    step('decode an archive', 1, () => catalog.find(last));
    step('decode all archives', 1, () => catalog.archives());
    step('nothing', LOOK_UPS, () => undefined);
    step('find', LOOK_UPS, () => catalog.find(last));
    step('authorise the owner', LOOK_UPS, () => authoriseArchive(catalog, owner, 'query', last));
    step('authorise a reader', LOOK_UPS, () => authoriseArchive(catalog, reader, 'query', last));
    step('authorise a reference with generation', LOOK_UPS, () =>
      authoriseArchive(catalog, owner, 'query', pinned),
    );
    step('replace', 1, () => {
      catalog.replace({ ...catalog.get(last), owner: OTHERS[0]! });
    });
    measurements.push(
      ['archives', BigInt(catalog.list().length)],
      ['tombstones', BigInt(catalog.tombstones)],
    );
    return measurements;
  }
}

function openCatalog(): Catalog {
  const native = globalThis._tabularium!;
  installFacade(native);
  return Catalog.open(new StableRecords(native, CATALOG_MEMORY_ID, 'CATALOG_DAMAGED'));
}
