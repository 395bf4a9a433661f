// `npm start`: a guided tour of the real canister, in the embedded replica, on the packages that npm has installed here.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TabulariumError } from '../../src/client';
import { Installation, principalOf } from '../../src/harness';
import { linkCanister } from '../../src/link';
import { PocketIc } from '../../src/replica';
import { compareArchives } from './compare';
import { fillArchive } from './fill';
import { installedClosure } from './inventory';
import { Ledger } from './ledger';
import { countRows, searchReadmes, sizeByLicence, sumOf } from './questions';
import { grouped, humanBytes, Screen } from './screen';
import { askStockSqlite } from './stock-sqlite';
import { TENANTS } from './tenants';

const project = fileURLToPath(new URL('../..', import.meta.url));
const screen = new Screen();
const OTHER_MEMORIES: Readonly<Record<number, string>> = {
  111: 'audit log',
  112: 'jobs and fleet operations',
  118: "Azle's own stable memory",
  119: 'catalog',
};

screen.heading('Build the canister: Azle, SQLite and the native module linked into one Wasm');
const { wasm } = await linkCanister({
  main: 'canister/index.ts',
  name: 'tabularium',
  outDir: join(project, 'dist'),
});
screen.say(relative(project, wasm));

screen.heading('Install it in the embedded replica');
const module = new Uint8Array(readFileSync(wasm));
const network = await Installation.create(await PocketIc.create(), principalOf('operator'), module);
await network.pic.tick(2);
const operator = network.client();
const ledger = new Ledger(() => network.inspect);
screen.say(`canister ${network.canisterId.toText()}, controlled by ${network.controller.toText()}`);
ledger.book('install');

screen.heading('The controller gives three tenants an archive each; each fills its own');
for (const tenant of TENANTS) {
  await operator.createArchive(tenant.archive, principalOf(tenant.archive));
  const archive = network.client(principalOf(tenant.archive)).archive(tenant.archive);
  const packages = installedClosure(project, tenant.roots);
  await fillArchive(archive, packages, (stored) =>
    screen.progress(
      `${tenant.archive}: ${stored} of ${packages.length} packages (${tenant.title})`,
      stored === packages.length,
    ),
  );
  ledger.book(`fill ${tenant.archive}`, {
    rows: sumOf(await countRows(archive)),
    bytes: Number((await archive.describe()).size),
  });
}
const runtime = network.client(principalOf('runtime')).archive('runtime');

screen.heading('Tenants do not see each other');
try {
  await network.client(principalOf('test')).archive('runtime').query('SELECT * FROM package');
  throw new Error('the tenant of "test" could read the archive "runtime"');
} catch (error) {
  screen.say(refusal(error));
}
ledger.book('a refused query');

screen.heading('Full-text search: which runtime dependencies speak of "stable memory"?');
const found = await searchReadmes(runtime, '"stable memory" OR canister');
for (const row of found) {
  screen.say(`${row.name}: ${String(row.passage).replaceAll(/\s+/g, ' ')}`);
}
ledger.book('full-text search', { rows: found.length });

screen.heading('A join: what does each licence cover?');
const licences = await sizeByLicence(runtime);
screen.table(
  ['licence', 'packages', 'files', 'bytes'],
  licences.map((row) => [
    String(row.licence),
    grouped(row.packages as number),
    grouped(row.files as number),
    grouped(row.bytes as number),
  ]),
);
ledger.book('join and aggregate', { rows: licences.length });

screen.heading('A statement that fails half-way leaves nothing behind');
const before = await countRows(runtime);
try {
  await runtime.execute(`INSERT INTO package(name, version, licence, description)
    SELECT name, version || iif(id < (SELECT max(id) FROM package), '-copy', ''), licence, '' FROM package ORDER BY id`);
  throw new Error('the duplicate package was accepted');
} catch (error) {
  screen.say(refusal(error));
}
const after = await countRows(runtime);
assertSame(before, after, 'the failed statement');
screen.say(`${grouped(before.package!)} packages before, ${grouped(after.package!)} after`);
ledger.book('a failed insert');

screen.heading('Upgrade the canister: a new heap, the same archives');
await network.upgrade();
await network.pic.tick(2);
ledger.book('upgrade');
assertSame(before, await countRows(runtime), 'the upgrade');
screen.say(`all ${grouped(sumOf(before))} rows of 'runtime' are there`);

screen.heading('Export an archive to a SQLite file, and open it with a stock SQLite');
const image = await runtime.exportImage({ progress: showBytes });
const file = join(project, 'dist', 'tour', 'runtime.sqlite');
mkdirSync(join(file, '..'), { recursive: true });
writeFileSync(file, image);
const [[verdict], [packages]] = [
  await askStockSqlite(image, 'PRAGMA integrity_check'),
  await askStockSqlite(image, 'SELECT count(*) FROM package'),
] as [[[string]], [[number]]];
if (verdict[0] !== 'ok' || packages[0] !== before.package) {
  throw new Error(`the exported file is not sound: ${verdict[0]}, ${packages[0]} packages`);
}
screen.say(`${relative(project, file)}: integrity_check ${verdict[0]}, ${packages[0]} packages`);
ledger.book('export', { bytes: image.length });

screen.heading('Keep a snapshot, lose all licences, and go back');
const { transaction_id: kept } = await runtime.snapshots.create('before the accident');
await runtime.execute("UPDATE package SET licence = 'lost'");
const { kept_as: accident } = await runtime.snapshots.restore('before the accident');
assertSame(licences, await sizeByLicence(runtime), 'the restored snapshot');
screen.say(`transaction ${kept} is back; what it replaced is kept as '${accident[0]}'`);
ledger.book('snapshot, accident, restore');

screen.heading('Restore the file into a fourth slot and compare row by row');
const restored = operator.archive('restored');
await operator.createArchive(restored.id);
await restored.importImage(image, { progress: showBytes });
ledger.book('restore', { bytes: image.length });
const compared = await compareArchives(operator.archive('runtime'), restored);
screen.say(`${grouped(compared)} rows compared, no difference`);
ledger.book('compare', { rows: compared });

screen.heading('What it took');
screen.table(
  ['step', 'messages', 'rows', 'bytes', 'instructions'],
  ledger.entries.map(({ step, messages, rows, bytes, instructions }) => [
    step,
    grouped(messages),
    rows === undefined ? '' : grouped(rows),
    bytes === undefined ? '' : grouped(bytes),
    grouped(instructions),
  ]),
);
screen.say('');
const report = await operator.observation.memory();
const names = new Map((await operator.listArchives()).map(({ slot, id }) => [slot, `archive '${id}'`]));
screen.table(
  ['stable memory', 'MemoryId', 'buckets', 'bytes'],
  [
    ...report.memories.map(({ memory_id, buckets }) => [
      names.get(memory_id) ?? OTHER_MEMORIES[memory_id] ?? 'unknown',
      String(memory_id),
      grouped(buckets),
      grouped(buckets * report.bucket_size_in_pages * 65_536),
    ]),
    [
      'all, with the memory manager',
      '',
      grouped(report.allocated_buckets),
      grouped(report.stable_pages * 65_536n),
    ],
  ],
);
await network.pic.tearDown();

function showBytes(done: number, total: number): void {
  screen.progress(`${humanBytes(done)} of ${humanBytes(total)}`, done === total);
}

function refusal(error: unknown): string {
  if (error instanceof TabulariumError) {
    return `refused: ${error.code}: ${error.message}`;
  }
  throw error;
}

function assertSame(expected: unknown, actual: unknown, what: string): void {
  if (JSON.stringify(expected) !== JSON.stringify(actual)) {
    throw new Error(`${what} changed the rows: ${JSON.stringify(expected)} became ${JSON.stringify(actual)}`);
  }
}
