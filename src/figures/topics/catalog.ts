import { join } from 'node:path';
import { IDL } from '@dfinity/candid';
import { linkCanister } from '../../link';
import { PocketIc } from '../../replica';
import { MeasuredCanister } from '../canister';
import { atMost, type Figure } from '../figure';
import { PROJECT } from '../project';

const TOPIC = 'catalog';
const INSTRUCTIONS = 'instructions';
const THOUSANDS_OF_TOMBSTONES = 10;
const MEASUREMENTS = IDL.Vec(IDL.Tuple(IDL.Text, IDL.Nat64));

/** What governing a full canister costs (issue 4). */
export async function measureCatalog(): Promise<Figure[]> {
  const steps = await runCatalogCanister();
  const cost = (step: string) => (steps.get(step) ?? Number.NaN) - (steps.get('nothing') ?? Number.NaN);
  return [
    atMost(
      TOPIC,
      'opening a catalog of 135 archives with 10,000 tombstones',
      cost('open'),
      20_000_000,
      INSTRUCTIONS,
    ),
    atMost(TOPIC, 'looking an archive up', cost('find'), 5_000, INSTRUCTIONS),
    atMost(TOPIC, 'authorising the owner of an archive', cost('authorise the owner'), 30_000, INSTRUCTIONS),
    await measureInspection(),
  ];
}

/** Instructions by step, in a canister with a full catalog. */
async function runCatalogCanister(): Promise<ReadonlyMap<string, number>> {
  const { wasm } = await linkCanister({
    main: 'test/canisters/catalog-cost.ts',
    outDir: join(PROJECT, '.tabularium', 'catalog'),
  });
  const pic = await PocketIc.create();
  try {
    const canisterId = await pic.createCanister();
    await pic.installCode({ canisterId, wasm });
    const update = (method: string, types: IDL.Type[], values: unknown[]) =>
      pic.updateCall({ canisterId, method, arg: new Uint8Array(IDL.encode(types, values)) });
    await update('fill_slots', [], []);
    for (let n = 0; n < THOUSANDS_OF_TOMBSTONES; n++) await update('add_tombstones', [IDL.Nat32], [1_000]);
    const reply = await pic.queryCall({
      canisterId,
      method: 'measure',
      arg: new Uint8Array(IDL.encode([], [])),
    });
    const [measured] = IDL.decode([MEASUREMENTS], reply) as unknown as [[string, bigint][]];
    return new Map(measured.map(([step, instructions]) => [step, Number(instructions)]));
  } finally {
    await pic.tearDown();
  }
}

/** What deciding whether a message is let in costs, Azle's way there included. */
async function measureInspection(): Promise<Figure> {
  const canister = await MeasuredCanister.install();
  await canister.client.createArchive('a');
  await canister.client.archive('a').execute('CREATE TABLE t(x)');
  const { instructions } = canister.inspect.last('inspect_message');
  await canister.pic.tearDown();
  return atMost(TOPIC, 'inspect_message of an update', instructions, 200_000, INSTRUCTIONS);
}
