import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { linkCanister } from '../../src/link';
import { profileText, traceText } from '../../src/replica';
import { TourNetwork } from '../tour/network';

/**
 * Runs SQL on a fresh archive, one statement a message, and lists what every message cost and which functions it went to.
 *
 *     npm run trace -- [--top 25] ["CREATE TABLE t(x)" "INSERT INTO t VALUES (1)" ...]
 */
const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

const STATEMENTS = [
  'CREATE TABLE t(x INTEGER PRIMARY KEY, y)',
  "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1000) INSERT INTO t SELECT i, 'row ' || i FROM n",
  "UPDATE t SET y = 'changed' WHERE x = 500",
  'SELECT count(*), max(y) FROM t',
];

const { values, positionals } = parseArgs({
  options: { top: { type: 'string', default: '25' } },
  allowPositionals: true,
});
const top = Number(values.top);
if (!Number.isInteger(top) || top < 1) throw new Error(`--top takes a number of lines, not '${values.top}'`);

const outDir = join(PROJECT, '.tabularium', 'trace');
await linkCanister({ main: 'canister/index.ts', name: 'tabularium', outDir, debug: true });
const network = await TourNetwork.install(join(outDir, 'tabularium.debug.wasm'), { profile: true });
const { inspector } = network;
const client = network.clientOf(network.operator);
await client.createArchive('trace');
const installed = inspector.executions.length;
inspector.clearProfile();

try {
  for (const sql of positionals.length > 0 ? positionals : STATEMENTS) {
    await client.archive('trace').execute(sql);
  }
} finally {
  console.log(traceText(inspector.executions.slice(installed)));
  console.log(`\n${profileText(inspector.profile, top)}`);
}
