import { createHash } from 'node:crypto';
import { installMeasured } from './canister';

/**
 * Prints one line that stands for everything a sequence of messages did to a canister: its executions with all their counts, its heap and
 * its stable memory. Run as a program, so that two runs share nothing.
 */
const canister = await installMeasured();
await canister.client().createArchive('a');
const archive = canister.client().archive('a');
await archive.execute('CREATE TABLE t(x INTEGER PRIMARY KEY, y)');
for (let n = 0; n < 40; n++) {
  await archive.execute('INSERT INTO t(y) VALUES (?1 || random()), (hex(randomblob(200)))', `row ${n}`);
}
await archive.query('SELECT count(*), max(y) FROM t');
await canister.upgrade();
await canister.pic.tick(3);
await archive.execute('DELETE FROM t WHERE x % 3 = 0; UPDATE t SET y = upper(y)');

const { executions } = canister.inspect;
const counts = createHash('sha256').update(JSON.stringify(executions)).digest('hex');
console.log(`${executions.length} ${counts} ${canister.inspect.hashHeap()} ${canister.inspect.hashStable()}`);
