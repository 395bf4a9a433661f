import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Installation, principalOf } from '../../src/harness';
import { linkCanister } from '../../src/link';
import { PocketIc, pagesText, profileText, type Rules, traceText } from '../../src/replica';

/**
 * Runs SQL on a fresh archive, one statement a message, and lists what every message cost and which functions it went to.
 *
 *     npm run trace -- [--top 25] [--pages execute] [--rules 2025-10] [--page-price 1000] ["CREATE TABLE t(x)" "INSERT INTO t VALUES (1)" ...]
 */
const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

const STATEMENTS = [
  'CREATE TABLE t(x INTEGER PRIMARY KEY, y)',
  "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1000) INSERT INTO t SELECT i, 'row ' || i FROM n",
  "UPDATE t SET y = 'changed' WHERE x = 500",
  'SELECT count(*), max(y) FROM t',
];

const { values, positionals } = parseArgs({
  options: {
    pages: { type: 'string' },
    top: { type: 'string', default: '25' },
    rules: { type: 'string' },
    'page-price': { type: 'string' },
  },
  allowPositionals: true,
});
const top = Number(values.top);
if (!Number.isInteger(top) || top < 1) throw new Error(`--top takes a number of lines, not '${values.top}'`);

const outDir = join(PROJECT, '.tabularium', 'trace');
await linkCanister({ main: 'canister/index.ts', name: 'tabularium', outDir, debug: true });
const wasm = new Uint8Array(readFileSync(join(outDir, 'tabularium.debug.wasm')));
const pic = await PocketIc.create(undefined, {
  profile: true,
  ...(values.rules !== undefined && { rules: values.rules as Rules }),
  ...(values['page-price'] !== undefined && { pagePrice: Number(values['page-price']) }),
});
const network = await Installation.create(pic, principalOf('operator'), wasm);
await pic.tick(2);
const { inspect } = network;
const client = network.client();
await client.createArchive('trace');
const installed = inspect.executions.length;
inspect.clearProfile();

try {
  for (const sql of positionals.length > 0 ? positionals : STATEMENTS) {
    await client.archive('trace').execute(sql);
  }
} finally {
  console.log(traceText(inspect.executions.slice(installed)));
  console.log(`\n${profileText(inspect.profile, top)}`);
  if (values.pages !== undefined) {
    const { kind } = inspect.last(undefined, values.pages);
    console.log(`\n${pagesText(inspect.touchedPages(kind, values.pages))}`);
  }
}
