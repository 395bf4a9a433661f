import { installMeasured } from '../canister';
import { atMost, type Figure } from '../figure';

const TOPIC = 'memory';
const INSTRUCTIONS = 'instructions';
const MIB = 2 ** 20;

const INDEXED_ROWS = 1_500_000;
const MOST_FOR_INDEX = 25e9;
/** Of about 4,000 bytes, so that one fills a page: 200 MiB. */
const SORTED_ROWS = 51_200;
const MOST_FOR_VACUUM = 12e9;
const MOST_FOR_SORT = 25e9;
/** Of a kilobyte, four to a page: more than 256 MiB. */
const CHANGED_ROWS = 275_000;
/** What any update may take. */
const MOST_FOR_CHANGE = 30e9;
const MOST_HEAP = 256 * MIB;

/**
 * Work that outgrows the heap, each in one update (issue 11).
 * @param share of the full sizes, and of what they may take
 */
export async function measureSpilling(share = 1): Promise<Figure[]> {
  const canister = await installMeasured();
  const client = canister.client();
  const archiveOf = async (name: string, rows: number, value: string, atOnce: number) => {
    await client.createArchive(name);
    const archive = client.archive(name);
    await archive.execute('CREATE TABLE item (id INTEGER PRIMARY KEY, value)');
    for (let made = 0; made < rows; made += atOnce) {
      await archive.execute(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT ${Math.min(atOnce, rows - made)})
        INSERT INTO item (value) SELECT ${value} FROM n`);
    }
    return async (sql: string) => Number((await archive.execute(sql)).meta.instructions);
  };
  const sized = (full: number) => Math.round(full * share);

  const indexed = await archiveOf('indexed', sized(INDEXED_ROWS), 'hex(randomblob(50))', 20_000);
  const index = await indexed('CREATE INDEX by_value ON item (value)');
  const sorted = await archiveOf('sorted', sized(SORTED_ROWS), 'randomblob(4000)', 512);
  const sort = await sorted('SELECT length(value) FROM item ORDER BY value');
  const vacuum = await sorted('VACUUM');
  const changed = await archiveOf('changed', sized(CHANGED_ROWS), 'zeroblob(1000)', 2_000);
  const change = await changed("UPDATE item SET value = CAST(printf('%-1000d', id) AS BLOB)");
  const heap = canister.inspect.heapBytes;
  await canister.pic.tearDown();

  const figure = (name: string, value: number, most: number) =>
    atMost(TOPIC, name, value, most * share, INSTRUCTIONS);
  const mib = (full: number) => `${Math.round(full * share)} MiB`;
  return [
    figure(
      `CREATE INDEX on ${sized(INDEXED_ROWS).toLocaleString('en')} rows of 100 bytes`,
      index,
      MOST_FOR_INDEX,
    ),
    figure(`VACUUM of ${mib(200)}`, vacuum, MOST_FOR_VACUUM),
    figure(`ORDER BY over ${mib(200)}`, sort, MOST_FOR_SORT),
    figure(`a transaction that changes ${mib(268)} in rows of a kilobyte`, change, MOST_FOR_CHANGE),
    atMost(TOPIC, 'heap after all of that', heap / MIB, MOST_HEAP / MIB, 'MiB'),
  ];
}
